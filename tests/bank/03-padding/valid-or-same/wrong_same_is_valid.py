# step: same
# misconception: same-taken-for-valid
def padded_size(size, kernel, stride, padding, dilation=1):
    if padding == "same":
        if stride > 1:
            raise ValueError("same needs stride 1")
        padding = 0
    if padding == "valid":
        padding = 0
    if isinstance(padding, str):
        raise ValueError(f"unknown padding {padding!r}")
    if not isinstance(padding, int):
        raise TypeError("padding must be an int")
    span = dilation * (kernel - 1) + 1
    if span > size + 2 * padding:
        raise ValueError("the kernel does not fit")
    return (size + 2 * padding - span) // stride + 1
