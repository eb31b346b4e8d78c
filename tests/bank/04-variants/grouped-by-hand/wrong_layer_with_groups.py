# step: by-hand
# misconception: groups-handed-on
from torch import nn


def grouped_conv(x, weight, bias, groups):
    layer = nn.Conv2d(x.shape[1], weight.shape[0], weight.shape[2:], groups=groups, bias=bias is not None)
    layer.load_state_dict({"weight": weight} if bias is None else {"weight": weight, "bias": bias})
    return layer(x).detach()
