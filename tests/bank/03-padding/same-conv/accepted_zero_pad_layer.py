from torch import nn


class SameConv2d(nn.Sequential):
    def __init__(self, in_channels, out_channels, kernel_size, stride=1, dilation=1, bias=True):
        conv = nn.Conv2d(in_channels, out_channels, kernel_size, stride, 0, dilation, bias=bias)
        rows, columns = [d * (k - 1) for k, d in zip(conv.kernel_size, conv.dilation)]
        sides = (columns // 2, (columns + 1) // 2, rows // 2, (rows + 1) // 2)
        super().__init__(nn.ZeroPad2d(sides), conv)
