import torch
from torch import nn
from torch.nn.functional import unfold


class SameConv2d(nn.Module):
    """Parameters of its own, zero at the start, and a product of matrices."""

    def __init__(self, in_channels, out_channels, kernel_size, stride=1, dilation=1, bias=True):
        super().__init__()
        pair = lambda value: (value, value) if isinstance(value, int) else tuple(value)
        self.kernel, self.stride, self.dilation = pair(kernel_size), pair(stride), pair(dilation)
        self.filters = nn.Parameter(torch.zeros(out_channels, in_channels, *self.kernel))
        self.offsets = nn.Parameter(torch.zeros(out_channels)) if bias else None
        self.register_buffer("calls", torch.tensor(0))

    def forward(self, x):
        height, width = x.shape[2:]
        spans = [d * (k - 1) for k, d in zip(self.kernel, self.dilation)]
        top, left = spans[0] // 2, spans[1] // 2
        padded = x.new_zeros(*x.shape[:2], height + spans[0], width + spans[1])
        padded[:, :, top : top + height, left : left + width] = x
        columns = unfold(padded, self.kernel, self.dilation, stride=self.stride)
        y = self.filters.flatten(1) @ columns
        if self.offsets is not None:
            y = y + self.offsets[:, None]
        return y.reshape(len(x), -1, -(-height // self.stride[0]), -(-width // self.stride[1]))
