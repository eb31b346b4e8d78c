def receptive_field(layers):
    seen = {0}
    for kernel, stride, *rest in reversed(layers):
        gap = rest[0] if rest else 1
        seen = {cell * stride + tap * gap for cell in seen for tap in range(kernel)}
    return max(seen) - min(seen) + 1
