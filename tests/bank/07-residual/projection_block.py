# %% accepted: by_hand
def conv_norm(in_channels, out_channels, kernel, stride=1):
    return nn.Sequential(
        nn.Conv2d(in_channels, out_channels, kernel, stride, kernel // 2), nn.BatchNorm2d(out_channels)
    )


class ProjectionBlock(nn.Module):
    def __init__(self, in_channels, out_channels, stride=1):
        super().__init__()
        self.paths = nn.ModuleList([conv_norm(out_channels, out_channels, 3)])
        if (in_channels, 1) != (out_channels, stride):
            self.paths.append(conv_norm(in_channels, out_channels, 1, stride))
        self.start = conv_norm(in_channels, out_channels, 3, stride)

    def forward(self, x):
        second, *projection = self.paths
        total = second(F.relu(self.start(x)))
        for layer in projection or [lambda given: given]:
            total = total + layer(x)
        return F.relu(total)

# %% accepted: identity
class ProjectionBlock(nn.Module):
    def __init__(self, in_channels, out_channels, stride=1):
        super().__init__()
        self.conv1 = nn.Conv2d(in_channels, out_channels, 3, stride, padding=1)
        self.bn1 = nn.BatchNorm2d(out_channels)
        self.conv2 = nn.Conv2d(out_channels, out_channels, 3, padding=1)
        self.bn2 = nn.BatchNorm2d(out_channels)
        if stride != 1 or in_channels != out_channels:
            self.shortcut = nn.Conv2d(in_channels, out_channels, 1, stride)
        else:
            self.shortcut = nn.Identity()

    def forward(self, x):
        y = F.relu(self.bn1(self.conv1(x)))
        y = self.bn2(self.conv2(y))
        return F.relu(y + self.shortcut(x))

# %% accepted: none
class ProjectionBlock(nn.Module):
    """The shortcut is registered first, and is None where the shape stays. It takes every stride-th pixel by a slice."""

    def __init__(self, in_channels, out_channels, stride=1):
        super().__init__()
        self.stride = stride
        same = stride == 1 and in_channels == out_channels
        self.downsample = None if same else nn.ModuleDict(
            {"norm": nn.BatchNorm2d(out_channels), "conv": nn.Conv2d(in_channels, out_channels, 1)}
        )
        layers = []
        for channels, step in ((in_channels, stride), (out_channels, 1)):
            layers += [nn.Conv2d(channels, out_channels, 3, step, 1, bias=False), nn.BatchNorm2d(out_channels), nn.ReLU()]
        self.main = nn.Sequential(*layers[:-1])

    def forward(self, x):
        identity = x
        if self.downsample is not None:
            identity = self.downsample["norm"](self.downsample["conv"](x[..., :: self.stride, :: self.stride]))
        return torch.relu(self.main(x) + identity)

# %% accepted: with_norm
class ProjectionBlock(nn.Module):
    def __init__(self, in_channels, out_channels, stride=1):
        super().__init__()
        self.conv1 = nn.Conv2d(in_channels, out_channels, 3, stride, padding=1)
        self.bn1 = nn.BatchNorm2d(out_channels)
        self.conv2 = nn.Conv2d(out_channels, out_channels, 3, padding=1)
        self.bn2 = nn.BatchNorm2d(out_channels)
        if stride != 1 or in_channels != out_channels:
            self.shortcut = nn.Sequential(
                nn.Conv2d(in_channels, out_channels, 1, stride, bias=False), nn.BatchNorm2d(out_channels)
            )
        else:
            self.shortcut = nn.Identity()

    def forward(self, x):
        y = F.relu(self.bn1(self.conv1(x)))
        y = self.bn2(self.conv2(y))
        return F.relu(y + self.shortcut(x))

# %% accepted: in_forward_by_hand
class ProjectionBlock(nn.Module):
    """The shortcut skips the pixels first and then mixes the channels; that gives the same numbers."""

    def __init__(self, in_channels, out_channels, stride=1):
        super().__init__()
        self.stride = stride
        self.main = nn.Sequential(
            nn.Conv2d(in_channels, out_channels, 3, stride, 1),
            nn.BatchNorm2d(out_channels),
            nn.ReLU(),
            nn.Conv2d(out_channels, out_channels, 3, 1, 1),
            nn.BatchNorm2d(out_channels),
        )
        self.mix = nn.Conv2d(in_channels, out_channels, 1) if (in_channels, 1) != (out_channels, stride) else None

    def forward(self, x):
        short = x[:, :, :: self.stride, :: self.stride]
        if self.mix is not None:
            short = self.mix(short)
        return F.relu(torch.add(self.main(x), short))

# %% wrong: and_for_or, an edit of identity
# step: parameters, misconception: projection-missing
#-         if stride != 1 or in_channels != out_channels:
#+         if stride != 1 and in_channels != out_channels:

# %% wrong: averaged_shortcut, an edit of with_norm
# step: stride, misconception: shortcut-averaged
#-                 nn.Conv2d(in_channels, out_channels, 1, stride, bias=False), nn.BatchNorm2d(out_channels)
#+                 nn.AvgPool2d(stride, ceil_mode=True), nn.Conv2d(in_channels, out_channels, 1)

# %% wrong: broadcast_one_channel, an edit of identity
# step: parameters, misconception: projection-missing
#-         if stride != 1 or in_channels != out_channels:
#+         if stride != 1 or in_channels not in (1, out_channels):

# %% wrong: broadcast_one_output, an edit of identity
# step: parameters, misconception: shortcut-channels
#-             self.shortcut = nn.Conv2d(in_channels, out_channels, 1, stride)
#+             self.shortcut = nn.Conv2d(in_channels, 1, 1, stride)

# %% wrong: broadcast_one_pixel, an edit of with_norm
# step: channels, misconception: broadcast-sum
#-                 nn.Conv2d(in_channels, out_channels, 1, stride, bias=False), nn.BatchNorm2d(out_channels)
#+                 nn.Conv2d(in_channels, out_channels, 1, stride), nn.AdaptiveAvgPool2d(1)

# %% wrong: channels_only, an edit of identity
# step: parameters, misconception: projection-missing
#-         if stride != 1 or in_channels != out_channels:
#+         if in_channels != out_channels:

# %% wrong: channels_swapped, an edit of identity
# step: parameters, misconception: main-channels
#-         self.conv1 = nn.Conv2d(in_channels, out_channels, 3, stride, padding=1)
#+         self.conv1 = nn.Conv2d(out_channels, in_channels, 3, stride, padding=1)

# %% wrong: cropped_shortcut, an edit of identity
# step: stride, misconception: stride-misplaced
#-         self.conv1 = nn.Conv2d(in_channels, out_channels, 3, stride, padding=1)
#+         self.stride = stride
#+         self.conv1 = nn.Conv2d(in_channels, out_channels, 3, padding=1)
# ...
#-             self.shortcut = nn.Conv2d(in_channels, out_channels, 1, stride)
#+             self.shortcut = nn.Conv2d(in_channels, out_channels, 1)
# ...
#-         return F.relu(y + self.shortcut(x))
#+         return F.relu(y + self.shortcut(x))[..., :: self.stride, :: self.stride]

# %% wrong: identity_relu_in_place, an edit of identity
# step: channels, misconception: mutates-input
#-             self.shortcut = nn.Identity()
#+             self.shortcut = nn.ReLU(inplace=True)

# %% wrong: no_final_relu, an edit of identity
# step: channels, misconception: no-final-relu
#-         return F.relu(y + self.shortcut(x))
#+         return y + self.shortcut(x)

# %% wrong: norm_on_shortcut_unused, an edit of identity
# step: channels, misconception: shortcut-norm-left-out
#          if stride != 1 or in_channels != out_channels:
#+             self.norm = nn.BatchNorm2d(out_channels)

# %% wrong: padded_channels, an edit of identity
# step: parameters, misconception: projection-missing
#-             self.shortcut = nn.Conv2d(in_channels, out_channels, 1, stride)
#+             self.shortcut = nn.Identity()
# ...
#-         return F.relu(y + self.shortcut(x))
#+         x = x[..., :: self.conv1.stride[0], :: self.conv1.stride[0]]
#+         x = F.pad(x, (0, 0, 0, 0, 0, max(0, y.shape[1] - x.shape[1])))[:, : y.shape[1]]
#+         return F.relu(y + x)

# %% wrong: padded_shortcut, an edit of identity
# step: channels, misconception: paths-do-not-fit
#-             self.shortcut = nn.Conv2d(in_channels, out_channels, 1, stride)
#+             self.shortcut = nn.Conv2d(in_channels, out_channels, 1, stride, padding=1)

# %% wrong: pooled_shortcut, an edit of identity
# step: parameters, misconception: projection-missing
#-             self.shortcut = nn.Conv2d(in_channels, out_channels, 1, stride)
#+             self.shortcut = nn.MaxPool2d(1, stride)

# %% wrong: projection_always, an edit of identity
# step: not-needed, misconception: projection-not-needed
#-         if stride != 1 or in_channels != out_channels:
#+         if True:

# %% wrong: projection_when_wider, an edit of identity
# step: parameters, misconception: projection-missing
#-         if stride != 1 or in_channels != out_channels:
#+         if stride != 1 or in_channels < out_channels:

# %% wrong: reads_the_input, an edit of identity
# step: parameters, misconception: main-channels
#-         self.conv2 = nn.Conv2d(out_channels, out_channels, 3, padding=1)
#+         self.conv2 = nn.Conv2d(in_channels, out_channels, 3, stride, padding=1)
# ...
#-         y = self.bn2(self.conv2(y))
#+         y = self.bn2(self.conv2(x))

# %% wrong: relu_before_sum, an edit of identity
# step: channels, misconception: relu-before-sum
#-         return F.relu(y + self.shortcut(x))
#+         return F.relu(y) + self.shortcut(x)

# %% wrong: relu_on_shortcut, an edit of identity
# step: channels, misconception: relu-on-shortcut
#-         return F.relu(y + self.shortcut(x))
#+         return F.relu(y + F.relu(self.shortcut(x)))

# %% wrong: shared_norm, an edit of identity
# step: parameters, misconception: norm-count
#-         self.bn2 = nn.BatchNorm2d(out_channels)
#+         self.bn2 = self.bn1

# %% wrong: shortcut_detached, an edit of identity
# step: gradients, misconception: shortcut-detached
#-         return F.relu(y + self.shortcut(x))
#+         return F.relu(y + self.shortcut(x.detach()))

# %% wrong: shortcut_in_forward, an edit of identity
# step: parameters, misconception: projection-missing
#-             self.shortcut = nn.Conv2d(in_channels, out_channels, 1, stride)
#+             self.shortcut = lambda x: nn.Conv2d(in_channels, out_channels, 1, stride)(x)

# %% wrong: shortcut_of_main, an edit of identity
# step: channels, misconception: raised
#-         return F.relu(y + self.shortcut(x))
#+         return F.relu(y + self.shortcut(y))

# %% wrong: shortcut_twice, an edit of identity
# step: channels, misconception: shortcut-twice
#          y = self.bn2(self.conv2(y))
#+         y += self.shortcut(x)

# %% wrong: stride_not_on_main, an edit of identity
# step: stride, misconception: paths-do-not-fit
#-         self.conv1 = nn.Conv2d(in_channels, out_channels, 3, stride, padding=1)
#+         self.conv1 = nn.Conv2d(in_channels, out_channels, 3, padding=1)

# %% wrong: stride_not_on_shortcut, an edit of identity
# step: stride, misconception: paths-do-not-fit
#-             self.shortcut = nn.Conv2d(in_channels, out_channels, 1, stride)
#+             self.shortcut = nn.Conv2d(in_channels, out_channels, 1)

# %% wrong: stride_on_second, an edit of identity
# step: stride, misconception: stride-misplaced
#-         self.conv1 = nn.Conv2d(in_channels, out_channels, 3, stride, padding=1)
#+         self.conv1 = nn.Conv2d(in_channels, out_channels, 3, padding=1)
# ...
#-         self.conv2 = nn.Conv2d(out_channels, out_channels, 3, padding=1)
#+         self.conv2 = nn.Conv2d(out_channels, out_channels, 3, stride, padding=1)

# %% wrong: stride_only, an edit of identity
# step: parameters, misconception: projection-missing
#-         if stride != 1 or in_channels != out_channels:
#+         if stride != 1:

# %% wrong: stride_twice, an edit of identity
# step: stride, misconception: paths-do-not-fit
#-         self.conv2 = nn.Conv2d(out_channels, out_channels, 3, padding=1)
#+         self.conv2 = nn.Conv2d(out_channels, out_channels, 3, stride, padding=1)

# %% wrong: three_by_three_shortcut, an edit of identity
# step: parameters, misconception: shortcut-kernel
#-             self.shortcut = nn.Conv2d(in_channels, out_channels, 1, stride)
#+             self.shortcut = nn.Conv2d(in_channels, out_channels, 3, stride, padding=1)

# %% wrong: from_the_middle, an edit of identity
# step: parameters, misconception: shortcut-channels
#-             self.shortcut = nn.Conv2d(in_channels, out_channels, 1, stride)
#+             self.shortcut = nn.Conv2d(out_channels, out_channels, 1)
# ...
#-         y = self.bn2(self.conv2(y))
#-         return F.relu(y + self.shortcut(x))
#+         z = self.bn2(self.conv2(y))
#+         return F.relu(z + self.shortcut(y))

# %% wrong: kernel_is_stride, an edit of identity
# step: parameters, misconception: shortcut-kernel
#-             self.shortcut = nn.Conv2d(in_channels, out_channels, 1, stride)
#+             self.shortcut = nn.Conv2d(in_channels, out_channels, stride, stride)

# %% wrong: depthwise_shortcut, an edit of identity
# step: parameters, misconception: shortcut-channels
#-             self.shortcut = nn.Conv2d(in_channels, out_channels, 1, stride)
#+             self.shortcut = nn.Conv2d(out_channels, out_channels, 1, stride)

# %% wrong: two_convs_on_shortcut, an edit of identity
# step: parameters, misconception: parameter-twice
#-             self.shortcut = nn.Conv2d(in_channels, out_channels, 1, stride)
#+             self.shortcut = nn.Sequential(nn.Conv2d(in_channels, out_channels, 1), nn.Conv2d(out_channels, out_channels, 1, stride))

# %% wrong: first_keeps_channels, an edit of identity
# step: parameters, misconception: main-channels
#-         self.conv1 = nn.Conv2d(in_channels, out_channels, 3, stride, padding=1)
#+         self.conv1 = nn.Conv2d(in_channels, in_channels, 3, stride, padding=1)
# ...
#-         self.conv2 = nn.Conv2d(out_channels, out_channels, 3, padding=1)
#+         self.conv2 = nn.Conv2d(in_channels, out_channels, 3, padding=1)
# ...
#-         self.bn1 = nn.BatchNorm2d(out_channels)
#+         self.bn1 = nn.BatchNorm2d(in_channels)

# %% wrong: grouped_projection, an edit of identity
# step: parameters, misconception: raised
#-             self.shortcut = nn.Conv2d(in_channels, out_channels, 1, stride)
#+             self.shortcut = nn.Conv2d(in_channels, out_channels, kernel_size=1, stride=stride, groups=in_channels)

# %% wrong: pooled_main, an edit of identity
# step: stride, misconception: paths-do-not-fit
#-         self.conv1 = nn.Conv2d(in_channels, out_channels, 3, stride, padding=1)
#+         self.pool = nn.MaxPool2d(stride)
#+         self.conv1 = nn.Conv2d(in_channels, out_channels, 3, padding=1)
# ...
#-         y = F.relu(self.bn1(self.conv1(x)))
#+         y = F.relu(self.bn1(self.conv1(self.pool(x))))

# %% wrong: relu_behind_shortcut_norm, an edit of with_norm
# step: channels, misconception: relu-on-shortcut
#-         return F.relu(y + self.shortcut(x))
#+         return F.relu(y + F.relu(self.shortcut(x)))

# %% wrong: projection_of_main, an edit of identity
# step: channels, misconception: paths-do-not-fit
#-         return F.relu(y + self.shortcut(x))
#+         return F.relu(self.shortcut(y + x))

# %% wrong: stride_twice_on_both_paths, an edit of identity
# step: stride, misconception: stride-misplaced
#-         self.conv2 = nn.Conv2d(out_channels, out_channels, 3, padding=1)
#+         self.conv2 = nn.Conv2d(out_channels, out_channels, 3, stride, padding=1)
# ...
#-             self.shortcut = nn.Conv2d(in_channels, out_channels, 1, stride)
#+             self.shortcut = nn.Conv2d(in_channels, out_channels, 1, stride * stride)

# %% wrong: attribute_only_sometimes, an edit of identity
# step: channels, misconception: attribute-missing
#-         else:
#-             self.shortcut = nn.Identity()

# %% wrong: max_pooled_shortcut, an edit of identity
# step: stride, misconception: shortcut-averaged
#-             self.shortcut = nn.Conv2d(in_channels, out_channels, 1, stride)
#+             self.shortcut = nn.Sequential(nn.MaxPool2d(stride, ceil_mode=True), nn.Conv2d(in_channels, out_channels, 1))

# %% wrong: no_stride, an edit of identity
# step: parameters, misconception: raised
#-     def __init__(self, in_channels, out_channels, stride=1):
#+     def __init__(self, in_channels, out_channels):
#          super().__init__()
#+         stride = 1

# %% wrong: norm_before_projection, an edit of with_norm
# step: parameters, misconception: norm-count
#-                 nn.Conv2d(in_channels, out_channels, 1, stride, bias=False), nn.BatchNorm2d(out_channels)
#+                 nn.BatchNorm2d(in_channels), nn.Conv2d(in_channels, out_channels, 1, stride, bias=False)

# %% wrong: projection_padded, an edit of identity
# step: channels, misconception: paths-do-not-fit
#-             self.shortcut = nn.Conv2d(in_channels, out_channels, 1, stride)
#+             self.shortcut = nn.Conv2d(in_channels, out_channels, 1, padding=1, stride=stride)

# %% wrong: linear_shortcut, an edit of identity
# step: parameters, misconception: projection-missing
#-             self.shortcut = nn.Conv2d(in_channels, out_channels, 1, stride)
#+             self.shortcut = nn.Linear(in_channels, out_channels)

# %% wrong: enlarged_again, an edit of identity
# step: stride, misconception: paths-do-not-fit
#-         return F.relu(y + self.shortcut(x))
#+         return F.relu(F.interpolate(y, size=x.shape[2:]) + self.shortcut(x))
