def padded_size(size, kernel, stride, padding, dilation=1):
    span = (kernel - 1) * dilation + 1
    if isinstance(padding, str):
        if padding not in ("valid", "same"):
            raise ValueError("padding is 'valid' or 'same'")
        if padding == "same" and stride != 1:
            raise ValueError("'same' keeps the size; a stride does not")
        total = span - 1 if padding == "same" else 0
    elif type(padding) is int:
        total = padding + padding
    else:
        raise TypeError(padding)
    starts = list(range(0, size + total - span + 1, stride))
    if not starts:
        raise ValueError("not a single window fits")
    return len(starts)
