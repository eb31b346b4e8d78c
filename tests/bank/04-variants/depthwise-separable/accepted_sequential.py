from torch import nn


class DepthwiseSeparable(nn.Sequential):
    def __init__(self, in_channels, out_channels, kernel_size=3):
        before, after = (kernel_size - 1) // 2, kernel_size // 2
        super().__init__(
            nn.ZeroPad2d((before, after, before, after)),
            nn.Conv2d(in_channels, in_channels, kernel_size, groups=in_channels),
            nn.Conv2d(in_channels, out_channels, 1),
        )
