# %% accepted: loop
class Bottleneck(nn.Module):
    def __init__(self, in_channels, mid_channels, out_channels, stride=1):
        super().__init__()
        sizes = [(in_channels, mid_channels, 1, 1), (mid_channels, mid_channels, 3, stride), (mid_channels, out_channels, 1, 1)]
        self.norms = nn.ModuleList(nn.BatchNorm2d(c_out) for _, c_out, _, _ in sizes)
        self.convs = nn.ModuleList(nn.Conv2d(c_in, c_out, k, s, k // 2) for c_in, c_out, k, s in sizes)
        self.skip = nn.LazyConv2d(out_channels, 1, stride) if False else None
        if in_channels != out_channels or stride != 1:
            self.skip = nn.Conv2d(in_channels, out_channels, (1, 1), (stride, stride))

    def forward(self, x):
        y = x
        for place, (conv, norm) in enumerate(zip(self.convs, self.norms)):
            y = norm(conv(y))
            if place < 2:
                y = y.clamp_min(0)
        return (y + (x if self.skip is None else self.skip(x))).clamp_min(0)

# %% accepted: plain
class Bottleneck(nn.Module):
    def __init__(self, in_channels, mid_channels, out_channels, stride=1):
        super().__init__()
        self.conv1 = nn.Conv2d(in_channels, mid_channels, 1)
        self.bn1 = nn.BatchNorm2d(mid_channels)
        self.conv2 = nn.Conv2d(mid_channels, mid_channels, 3, stride, padding=1)
        self.bn2 = nn.BatchNorm2d(mid_channels)
        self.conv3 = nn.Conv2d(mid_channels, out_channels, 1)
        self.bn3 = nn.BatchNorm2d(out_channels)
        if stride != 1 or in_channels != out_channels:
            self.shortcut = nn.Conv2d(in_channels, out_channels, 1, stride)
        else:
            self.shortcut = nn.Identity()

    def forward(self, x):
        y = F.relu(self.bn1(self.conv1(x)))
        y = F.relu(self.bn2(self.conv2(y)))
        y = self.bn3(self.conv3(y))
        return F.relu(y + self.shortcut(x))

# %% accepted: sequential
class Bottleneck(nn.Module):
    def __init__(self, in_channels, mid_channels, out_channels, stride=1):
        super().__init__()
        self.shortcut = nn.Sequential()
        if stride > 1 or in_channels != out_channels:
            self.shortcut = nn.Sequential(
                nn.Conv2d(in_channels, out_channels, 1, stride, bias=False), nn.BatchNorm2d(out_channels)
            )
        self.main = nn.Sequential(
            nn.Conv2d(in_channels, mid_channels, 1, bias=False),
            nn.BatchNorm2d(mid_channels),
            nn.ReLU(inplace=True),
            nn.Conv2d(mid_channels, mid_channels, 3, stride, 1, bias=False),
            nn.BatchNorm2d(mid_channels),
            nn.ReLU(inplace=True),
            nn.Conv2d(mid_channels, out_channels, 1, bias=False),
            nn.BatchNorm2d(out_channels),
        )

    def forward(self, x):
        out = self.main(x)
        out += self.shortcut(x)
        return F.relu(out, inplace=True)

# %% wrong: all_three_by_three, an edit of plain
# step: parameters, misconception: main-kernels
#-         self.conv1 = nn.Conv2d(in_channels, mid_channels, 1)
#+         self.conv1 = nn.Conv2d(in_channels, mid_channels, 3, padding=1)

# %% wrong: bn_before_conv, an edit of plain
# step: parameters, misconception: norm-count
#-         self.bn1 = nn.BatchNorm2d(mid_channels)
#+         self.bn1 = nn.BatchNorm2d(in_channels)
# ...
#-         y = F.relu(self.bn1(self.conv1(x)))
#+         y = F.relu(self.conv1(self.bn1(x)))

# %% wrong: depthwise, an edit of plain
# step: parameters, misconception: main-channels
#-         self.conv2 = nn.Conv2d(mid_channels, mid_channels, 3, stride, padding=1)
#+         self.conv2 = nn.Conv2d(mid_channels, mid_channels, 3, stride, padding=1, groups=mid_channels)

# %% wrong: last_norm_unused, an edit of plain
# step: channels, misconception: norm-left-out
#-         y = self.bn3(self.conv3(y))
#+         y = self.conv3(y)

# %% wrong: middle_detached, an edit of plain
# step: gradients, misconception: main-detached
#-         y = F.relu(self.bn2(self.conv2(y)))
#+         y = F.relu(self.bn2(self.conv2(y.detach())))

# %% wrong: no_final_relu, an edit of plain
# step: channels, misconception: no-final-relu
#-         return F.relu(y + self.shortcut(x))
#+         return y + self.shortcut(x)

# %% wrong: no_grad_on_main, an edit of plain
# step: gradients, misconception: main-detached
#-         y = F.relu(self.bn1(self.conv1(x)))
#+         with torch.no_grad():
#+             y = F.relu(self.bn1(self.conv1(x)))

# %% wrong: no_inner_relu, an edit of plain
# step: channels, misconception: no-inner-relu
#-         y = F.relu(self.bn1(self.conv1(x)))
#-         y = F.relu(self.bn2(self.conv2(y)))
#+         y = self.bn1(self.conv1(x))
#+         y = self.bn2(self.conv2(y))

# %% wrong: no_last_norm, an edit of plain
# step: parameters, misconception: norm-count
#-         self.bn3 = nn.BatchNorm2d(out_channels)
# ...
#-         y = self.bn3(self.conv3(y))
#+         y = self.conv3(y)

# %% wrong: no_padding, an edit of plain
# step: channels, misconception: paths-do-not-fit
#-         self.conv2 = nn.Conv2d(mid_channels, mid_channels, 3, stride, padding=1)
#+         self.conv2 = nn.Conv2d(mid_channels, mid_channels, 3, stride)

# %% wrong: no_relu_after_first, an edit of plain
# step: channels, misconception: no-inner-relu
#-         y = F.relu(self.bn1(self.conv1(x)))
#+         y = self.bn1(self.conv1(x))

# %% wrong: no_relu_after_second, an edit of plain
# step: channels, misconception: no-inner-relu
#-         y = F.relu(self.bn2(self.conv2(y)))
#+         y = self.bn2(self.conv2(y))

# %% wrong: padding_on_all, an edit of plain
# step: channels, misconception: paths-do-not-fit
#-         self.conv1 = nn.Conv2d(in_channels, mid_channels, 1)
#+         self.conv1 = nn.Conv2d(in_channels, mid_channels, 1, padding=1)

# %% wrong: plain_list, an edit of plain
# step: parameters, misconception: parameter-missing
#-         self.conv2 = nn.Conv2d(mid_channels, mid_channels, 3, stride, padding=1)
#-         self.bn2 = nn.BatchNorm2d(mid_channels)
#+         self.middle = [nn.Conv2d(mid_channels, mid_channels, 3, stride, padding=1), nn.BatchNorm2d(mid_channels)]
# ...
#-         y = F.relu(self.bn2(self.conv2(y)))
#+         y = F.relu(self.middle[1](self.middle[0](y)))

# %% wrong: projection_always, an edit of plain
# step: parameters, misconception: projection-not-needed
#-         if stride != 1 or in_channels != out_channels:
#+         if True:

# %% wrong: projection_by_channels, an edit of plain
# step: parameters, misconception: projection-missing
#-         if stride != 1 or in_channels != out_channels:
#+         if in_channels != out_channels:

# %% wrong: projection_when_wider, an edit of plain
# step: parameters, misconception: projection-missing
#-         if stride != 1 or in_channels != out_channels:
#+         if stride != 1 or in_channels < out_channels:

# %% wrong: relu_before_sum, an edit of plain
# step: channels, misconception: relu-before-sum
#-         y = self.bn3(self.conv3(y))
#+         y = F.relu(self.bn3(self.conv3(y)))

# %% wrong: running_statistics_always, an edit of plain
# step: training, misconception: running-statistics-in-training
#      def forward(self, x):
#+         self.eval()

# %% wrong: shared_norm, an edit of plain
# step: parameters, misconception: norm-count
#-         self.bn2 = nn.BatchNorm2d(mid_channels)
# ...
#-         y = F.relu(self.bn2(self.conv2(y)))
#+         y = F.relu(self.bn1(self.conv2(y)))

# %% wrong: shortcut_from_inside, an edit of plain
# step: channels, misconception: raised
#-         y = F.relu(self.bn1(self.conv1(x)))
#+         x = F.relu(self.bn1(self.conv1(x)))
#+         y = x

# %% wrong: shortcut_twice, an edit of plain
# step: channels, misconception: shortcut-twice
#-         return F.relu(y + self.shortcut(x))
#+         return F.relu(self.shortcut(x) + y + self.shortcut(x))

# %% wrong: stride_not_on_shortcut, an edit of plain
# step: stride, misconception: paths-do-not-fit
#-             self.shortcut = nn.Conv2d(in_channels, out_channels, 1, stride)
#+             self.shortcut = nn.Conv2d(in_channels, out_channels, 1)

# %% wrong: stride_on_first, an edit of plain
# step: stride, misconception: stride-misplaced
#-         self.conv1 = nn.Conv2d(in_channels, mid_channels, 1)
#+         self.conv1 = nn.Conv2d(in_channels, mid_channels, 1, stride)
# ...
#-         self.conv2 = nn.Conv2d(mid_channels, mid_channels, 3, stride, padding=1)
#+         self.conv2 = nn.Conv2d(mid_channels, mid_channels, 3, padding=1)

# %% wrong: stride_on_last, an edit of plain
# step: training, misconception: stride-misplaced
#-         self.conv2 = nn.Conv2d(mid_channels, mid_channels, 3, stride, padding=1)
#+         self.conv2 = nn.Conv2d(mid_channels, mid_channels, 3, padding=1)
# ...
#-         self.conv3 = nn.Conv2d(mid_channels, out_channels, 1)
#+         self.conv3 = nn.Conv2d(mid_channels, out_channels, 1, stride)

# %% wrong: stride_twice, an edit of plain
# step: stride, misconception: paths-do-not-fit
#-         self.conv1 = nn.Conv2d(in_channels, mid_channels, 1)
#+         self.conv1 = nn.Conv2d(in_channels, mid_channels, 1, stride)

# %% wrong: times_four, an edit of plain
# step: parameters, misconception: expanded-again
#          super().__init__()
#+         out_channels = 4 * mid_channels

# %% wrong: two_layers
# step: parameters, misconception: parameter-missing
class Bottleneck(nn.Module):
    def __init__(self, in_channels, mid_channels, out_channels, stride=1):
        super().__init__()
        self.conv1 = nn.Conv2d(in_channels, mid_channels, 1)
        self.bn1 = nn.BatchNorm2d(mid_channels)
        self.conv2 = nn.Conv2d(mid_channels, out_channels, 3, stride, padding=1)
        self.bn2 = nn.BatchNorm2d(out_channels)
        if stride != 1 or in_channels != out_channels:
            self.shortcut = nn.Conv2d(in_channels, out_channels, 1, stride)
        else:
            self.shortcut = nn.Identity()

    def forward(self, x):
        y = F.relu(self.bn1(self.conv1(x)))
        y = self.bn2(self.conv2(y))
        return F.relu(y + self.shortcut(x))

# %% wrong: times_four_at_end, an edit of plain
# step: parameters, misconception: expanded-again
#-         self.conv3 = nn.Conv2d(mid_channels, out_channels, 1)
#-         self.bn3 = nn.BatchNorm2d(out_channels)
#-         if stride != 1 or in_channels != out_channels:
#-             self.shortcut = nn.Conv2d(in_channels, out_channels, 1, stride)
#+         self.conv3 = nn.Conv2d(mid_channels, out_channels * 4, 1)
#+         self.bn3 = nn.BatchNorm2d(out_channels * 4)
#+         if stride != 1 or in_channels != out_channels * 4:
#+             self.shortcut = nn.Conv2d(in_channels, out_channels * 4, 1, stride)

# %% wrong: times_four_in_middle, an edit of plain
# step: parameters, misconception: expanded-again
#          super().__init__()
#+         mid_channels = 4 * mid_channels

# %% wrong: quarter_in_middle, an edit of plain
# step: parameters, misconception: expanded-again
#          super().__init__()
#+         mid_channels = out_channels // 4

# %% wrong: all_ones, an edit of plain
# step: parameters, misconception: main-kernels
#-         self.conv2 = nn.Conv2d(mid_channels, mid_channels, 3, stride, padding=1)
#+         self.conv2 = nn.Conv2d(mid_channels, mid_channels, 1, stride)

# %% wrong: widens_in_the_middle, an edit of plain
# step: parameters, misconception: main-channels
#-         self.conv2 = nn.Conv2d(mid_channels, mid_channels, 3, stride, padding=1)
#-         self.bn2 = nn.BatchNorm2d(mid_channels)
#-         self.conv3 = nn.Conv2d(mid_channels, out_channels, 1)
#+         self.conv2 = nn.Conv2d(mid_channels, out_channels, 3, stride, padding=1)
#+         self.bn2 = nn.BatchNorm2d(out_channels)
#+         self.conv3 = nn.Conv2d(out_channels, out_channels, 1)

# %% wrong: relu_before_sum_only, an edit of plain
# step: channels, misconception: relu-before-sum
#-         y = self.bn3(self.conv3(y))
#-         return F.relu(y + self.shortcut(x))
#+         y = F.relu(self.bn3(self.conv3(y)))
#+         return y + self.shortcut(x)

# %% wrong: mid_and_out_swapped, an edit of plain
# step: parameters, misconception: main-channels
#-     def __init__(self, in_channels, mid_channels, out_channels, stride=1):
#+     def __init__(self, in_channels, out_channels, mid_channels, stride=1):

# %% wrong: no_shortcut_projection, an edit of plain
# step: parameters, misconception: projection-missing
#-         if stride != 1 or in_channels != out_channels:
#-             self.shortcut = nn.Conv2d(in_channels, out_channels, 1, stride)
#-         else:
#-             self.shortcut = nn.Identity()
#+         self.shortcut = nn.Identity()

# %% wrong: first_two_kernels_swapped, an edit of plain
# step: parameters, misconception: main-kernels
#-         self.conv1 = nn.Conv2d(in_channels, mid_channels, 1)
#+         self.conv1 = nn.Conv2d(in_channels, mid_channels, 3, padding=1)
# ...
#-         self.conv2 = nn.Conv2d(mid_channels, mid_channels, 3, stride, padding=1)
#+         self.conv2 = nn.Conv2d(mid_channels, mid_channels, 1, stride)

# %% wrong: norm_twice, an edit of plain
# step: channels, misconception: norm-twice
#-         y = self.bn3(self.conv3(y))
#+         y = self.bn3(self.conv3(F.relu(y)))
#+         y = self.bn3(y)

# %% wrong: third_norm_mid, an edit of plain
# step: parameters, misconception: norm-count
#-         self.bn3 = nn.BatchNorm2d(out_channels)
#+         self.bn3 = nn.BatchNorm2d(mid_channels)

# %% wrong: no_norm_at_all, an edit of plain
# step: parameters, misconception: norm-count
#-         self.bn1 = nn.BatchNorm2d(mid_channels)
#+         self.bn1 = nn.Identity()
# ...
#-         self.bn2 = nn.BatchNorm2d(mid_channels)
#+         self.bn2 = nn.Identity()
# ...
#-         self.bn3 = nn.BatchNorm2d(out_channels)
#+         self.bn3 = nn.Identity()

# %% wrong: first_in_and_out_swapped, an edit of plain
# step: parameters, misconception: main-channels
#-         self.conv1 = nn.Conv2d(in_channels, mid_channels, 1)
#+         self.conv1 = nn.Conv2d(mid_channels, in_channels, 1)

# %% wrong: relu_on_shortcut_only, an edit of plain
# step: channels, misconception: relu-on-shortcut
#-         return F.relu(y + self.shortcut(x))
#+         return y + F.relu(self.shortcut(x))

# %% wrong: default_stride_of_two, an edit of plain
# step: parameters, misconception: projection-not-needed
#-     def __init__(self, in_channels, mid_channels, out_channels, stride=1):
#+     def __init__(self, in_channels, mid_channels, out_channels, stride=2):

# %% wrong: second_norm_unused, an edit of plain
# step: channels, misconception: norm-left-out
#-         y = F.relu(self.bn2(self.conv2(y)))
#+         y = F.relu(self.conv2(y))

# %% wrong: last_padded, an edit of plain
# step: channels, misconception: paths-do-not-fit
#-         self.conv3 = nn.Conv2d(mid_channels, out_channels, 1)
#+         self.conv3 = nn.Conv2d(mid_channels, out_channels, 1, padding=1)
