# %% accepted: backwards
def receptive_field(layers):
    size = 1
    for layer in reversed(layers):
        kernel, stride = layer[:2]
        dilation = layer[2] if len(layer) == 3 else 1
        size = (size - 1) * stride + dilation * (kernel - 1) + 1
    return size

# %% accepted: indices
def receptive_field(layers):
    seen = {0}
    for kernel, stride, *rest in reversed(layers):
        gap = rest[0] if rest else 1
        seen = {cell * stride + tap * gap for cell in seen for tap in range(kernel)}
    return max(seen) - min(seen) + 1

# %% accepted: jumps
def receptive_field(layers):
    size, jump = 1, 1
    for kernel, stride, *rest in layers:
        dilation = rest[0] if rest else 1
        size += (kernel - 1) * dilation * jump
        jump *= stride
    return size

# %% accepted: measured
def receptive_field(layers):
    x = torch.zeros(1, 1, 2000, dtype=torch.float64, requires_grad=True)
    y = x * 1
    for kernel, stride, *dilation in layers:
        weight = torch.ones(1, 1, kernel, dtype=torch.float64)
        y = F.conv1d(y, weight, stride=stride, dilation=dilation[0] if dilation else 1)
    y[0, 0, 0].backward()
    return int(x.grad.nonzero()[-1, -1]) + 1

# %% accepted: sum_of_products
import math


def receptive_field(layers):
    layers = [(*layer, 1)[:3] for layer in layers]
    return 1 + sum(
        (kernel - 1) * dilation * math.prod(stride for _, stride, _ in layers[:depth])
        for depth, (kernel, _, dilation) in enumerate(layers)
    )

# %% wrong: counts_seen_cells, an edit of indices
# step: strides, misconception: gaps-not-counted
#-     return max(seen) - min(seen) + 1
#+     return len(seen)

# %% wrong: dilation_ignored, an edit of jumps
# step: dilation, misconception: dilation-ignored
#-         size += (kernel - 1) * dilation * jump
#+         size += (kernel - 1) * jump

# %% wrong: dilation_in_the_jump, an edit of jumps
# step: dilation, misconception: dilation-in-the-jump
#-         jump *= stride
#+         jump *= stride * dilation

# %% wrong: empty_list
# step: no-layers, misconception: raised
def receptive_field(layers):
    kernel, jump, *rest = layers[0]
    size = (kernel - 1) * (rest[0] if rest else 1) + 1
    for kernel, stride, *rest in layers[1:]:
        size += (kernel - 1) * (rest[0] if rest else 1) * jump
        jump *= stride
    return size

# %% wrong: float, an edit of jumps
# step: one-layer, misconception: float-for-int
#-         size += (kernel - 1) * dilation * jump
#+         size += (kernel - 1) * dilation * jump / 1

# %% wrong: kernel_times_dilation, an edit of jumps
# step: dilation, misconception: dilation-times-kernel
#-         size += (kernel - 1) * dilation * jump
#+         size += (kernel * dilation - 1) * jump

# %% wrong: last_layer
# step: stride-one, misconception: last-layer-only
def receptive_field(layers):
    size = 1
    for kernel, _stride, *rest in layers:
        size = (kernel - 1) * (rest[0] if rest else 1) + 1
    return size

# %% wrong: last_stride_only, an edit of jumps
# step: strides, misconception: jump-not-accumulated
#-         jump *= stride
#+         jump = stride

# %% wrong: multiplied
# step: stride-one, misconception: kernels-multiplied
def receptive_field(layers):
    size = 1
    for kernel, _stride, *rest in layers:
        size *= (kernel - 1) * (rest[0] if rest else 1) + 1
    return size

# %% wrong: own_stride, an edit of jumps
# step: one-layer, misconception: own-stride-counted
#          dilation = rest[0] if rest else 1
#+         jump *= stride
# ...
#-         jump *= stride

# %% wrong: reversed
# step: strides, misconception: layers-reversed
def receptive_field(layers):
    size, jump = 1, 1
    for kernel, stride, *rest in reversed(layers):
        size += (kernel - 1) * (rest[0] if rest else 1) * jump
        jump *= stride
    return size

# %% wrong: starts_at_zero, an edit of jumps
# step: one-layer, misconception: starts-at-zero
#-     size, jump = 1, 1
#+     size, jump = 0, 1

# %% wrong: stride_ignored, an edit of jumps
# step: strides, misconception: stride-ignored
#-         jump *= stride

# %% wrong: strides_added, an edit of jumps
# step: strides, misconception: jump-added
#-         jump *= stride
#+         jump += stride - 1

# %% wrong: three_entries_only, an edit of jumps
# step: one-layer, misconception: raised
#-     for kernel, stride, *rest in layers:
#-         dilation = rest[0] if rest else 1
#+     for kernel, stride, dilation in layers:

# %% wrong: two_entries_only
# step: dilation, misconception: raised
def receptive_field(layers):
    size, jump = 1, 1
    for kernel, stride in layers:
        size += (kernel - 1) * jump
        jump *= stride
    return size

# %% wrong: whole_kernels, an edit of jumps
# step: stride-one, misconception: kernels-added
#-     size, jump = 1, 1
#+     size, jump = 0, 1
# ...
#-         size += (kernel - 1) * dilation * jump
#+         size += ((kernel - 1) * dilation + 1) * jump

# %% wrong: whole_kernels_and_one, an edit of jumps
# step: one-layer, misconception: kernels-added
#-         size += (kernel - 1) * dilation * jump
#+         size += ((kernel - 1) * dilation + 1) * jump

# %% wrong: pairs_only
# step: dilation, misconception: raised
def receptive_field(layers):
    field, jump = 1, 1
    for kernel, stride in layers:
        field += (kernel - 1) * jump
        jump *= stride
    return field

# %% wrong: field_times_stride
# step: one-layer, misconception: field-multiplied
def receptive_field(layers):
    field = 1
    for layer in layers:
        d = layer[2] if len(layer) == 3 else 1
        field = field * layer[1] + d * (layer[0] - 1)
    return field

# %% wrong: return_in_the_loop
# step: stride-one, misconception: returns-too-early
def receptive_field(layers):
    field, jump = 1, 1
    for layer in layers:
        d = layer[2] if len(layer) == 3 else 1
        field += (layer[0] - 1) * d * jump
        jump *= layer[1]
        return field
    return field
