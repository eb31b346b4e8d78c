def output_size(size, kernel, stride=1, padding=0, dilation=1):
    end, count, start = size + padding, 0, -padding
    while start + dilation * (kernel - 1) < end:
        count, start = count + 1, start + stride
    assert_fits(count)
    return count


class DoesNotFit(ValueError):
    pass


def assert_fits(count):
    if not count:
        raise DoesNotFit("no window lies on the input")
