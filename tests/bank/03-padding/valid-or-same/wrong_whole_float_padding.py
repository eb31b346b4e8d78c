# step: whole
# misconception: no-error
def padded_size(size, kernel, stride, padding, dilation=1):
    if padding == "same":
        if stride > 1:
            raise ValueError("same needs stride 1")
        return size
    if padding == "valid":
        padding = 0
    if isinstance(padding, str):
        raise ValueError(f"unknown padding {padding!r}")
    if padding != int(padding):
        raise TypeError("padding must be an int")
    span = dilation * (kernel - 1) + 1
    if span > size + 2 * padding:
        raise ValueError("the kernel does not fit")
    return (size + 2 * padding - span) // stride + 1
