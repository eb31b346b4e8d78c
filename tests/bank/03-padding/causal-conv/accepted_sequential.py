from torch import nn


class CausalConv1d(nn.Sequential):
    def __init__(self, in_channels, out_channels, kernel_size, dilation=1):
        super().__init__(
            nn.ConstantPad1d((dilation * (kernel_size - 1), 0), 0.0),
            nn.Conv1d(in_channels, out_channels, kernel_size, dilation=dilation),
        )
