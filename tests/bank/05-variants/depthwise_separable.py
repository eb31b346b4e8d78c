# %% accepted: cropped
class DepthwiseSeparable(nn.Module):
    def __init__(self, in_channels, out_channels, kernel_size=3):
        super().__init__()
        self.depthwise = nn.Conv2d(in_channels, in_channels, kernel_size, padding=kernel_size - 1, groups=in_channels)
        self.pointwise = nn.Conv2d(in_channels, out_channels, 1)
        self.first = kernel_size // 2

    def forward(self, x):
        height, width = x.shape[2:]
        y = self.depthwise(x)[:, :, self.first : self.first + height, self.first : self.first + width]
        return self.pointwise(y)

# %% accepted: linear_per_pixel
class DepthwiseSeparable(nn.Module):
    def __init__(self, in_channels, out_channels, kernel_size=3):
        super().__init__()
        self.depthwise = nn.Conv2d(in_channels, in_channels, kernel_size, padding="same", groups=in_channels)
        self.mix = nn.Linear(in_channels, out_channels)

    def forward(self, x):
        return self.mix(self.depthwise(x).permute(0, 2, 3, 1)).permute(0, 3, 1, 2)

# %% accepted: own_parameters
class DepthwiseSeparable(nn.Module):
    def __init__(self, in_channels, out_channels, kernel_size=3):
        super().__init__()
        self.around = nn.Parameter(torch.zeros(in_channels, 1, kernel_size, kernel_size))
        self.around_bias = nn.Parameter(torch.zeros(in_channels))
        self.mixing = nn.Parameter(torch.zeros(out_channels, in_channels))
        self.mixing_bias = nn.Parameter(torch.zeros(out_channels))

    def forward(self, x):
        y = F.conv2d(x, self.around, self.around_bias, padding="same", groups=x.shape[1])
        return torch.einsum("nchw,oc->nohw", y, self.mixing) + self.mixing_bias[:, None, None]

# %% accepted: sequential
class DepthwiseSeparable(nn.Sequential):
    def __init__(self, in_channels, out_channels, kernel_size=3):
        before, after = (kernel_size - 1) // 2, kernel_size // 2
        super().__init__(
            nn.ZeroPad2d((before, after, before, after)),
            nn.Conv2d(in_channels, in_channels, kernel_size, groups=in_channels),
            nn.Conv2d(in_channels, out_channels, 1),
        )

# %% wrong: batchnorm_between, an edit of linear_per_pixel
# step: parameters, misconception: something-between
#-         self.mix = nn.Linear(in_channels, out_channels)
#+         self.pointwise = nn.Conv2d(in_channels, out_channels, 1)
#+         self.norm = nn.BatchNorm2d(in_channels)
# ...
#-         return self.mix(self.depthwise(x).permute(0, 2, 3, 1)).permute(0, 3, 1, 2)
#+         return self.pointwise(self.norm(self.depthwise(x)))

# %% wrong: batchnorm_without_parameters, an edit of linear_per_pixel
# step: values, misconception: something-between
#-         self.mix = nn.Linear(in_channels, out_channels)
#+         self.pointwise = nn.Conv2d(in_channels, out_channels, 1)
#+         self.norm = nn.BatchNorm2d(in_channels, affine=False, track_running_stats=False)
# ...
#-         return self.mix(self.depthwise(x).permute(0, 2, 3, 1)).permute(0, 3, 1, 2)
#+         return self.pointwise(self.norm(self.depthwise(x)))

# %% wrong: depthwise_alone, an edit of linear_per_pixel
# step: parameters, misconception: no-pointwise
#-         self.mix = nn.Linear(in_channels, out_channels)
# ...
#-         return self.mix(self.depthwise(x).permute(0, 2, 3, 1)).permute(0, 3, 1, 2)
#+         return self.depthwise(x)

# %% wrong: depthwise_bias_unused, an edit of linear_per_pixel
# step: values, misconception: bias-ignored
#-         self.mix = nn.Linear(in_channels, out_channels)
#+         self.pointwise = nn.Conv2d(in_channels, out_channels, 1)
# ...
#-         return self.mix(self.depthwise(x).permute(0, 2, 3, 1)).permute(0, 3, 1, 2)
#+         y = F.conv2d(x, self.depthwise.weight, padding="same", groups=x.shape[1])
#+         return self.pointwise(y)

# %% wrong: detached, an edit of linear_per_pixel
# step: trainable, misconception: no-gradient
#-         self.mix = nn.Linear(in_channels, out_channels)
#+         self.pointwise = nn.Conv2d(in_channels, out_channels, 1)
# ...
#-         return self.mix(self.depthwise(x).permute(0, 2, 3, 1)).permute(0, 3, 1, 2)
#+         return self.pointwise(self.depthwise(x).detach())

# %% wrong: extra_scale, an edit of linear_per_pixel
# step: parameters, misconception: something-between
#-         self.mix = nn.Linear(in_channels, out_channels)
#+         self.pointwise = nn.Conv2d(in_channels, out_channels, 1)
#+         self.scale = nn.Parameter(torch.ones(1))
# ...
#-         return self.mix(self.depthwise(x).permute(0, 2, 3, 1)).permute(0, 3, 1, 2)
#+         return self.pointwise(self.scale * self.depthwise(x))

# %% wrong: half_kernel, an edit of linear_per_pixel
# step: size, misconception: half-even-kernel
#-         self.depthwise = nn.Conv2d(in_channels, in_channels, kernel_size, padding="same", groups=in_channels)
#-         self.mix = nn.Linear(in_channels, out_channels)
#+         self.depthwise = nn.Conv2d(in_channels, in_channels, kernel_size, padding=kernel_size // 2, groups=in_channels)
#+         self.pointwise = nn.Conv2d(in_channels, out_channels, 1)
# ...
#-         return self.mix(self.depthwise(x).permute(0, 2, 3, 1)).permute(0, 3, 1, 2)
#+         return self.pointwise(self.depthwise(x))

# %% wrong: half_kernel_cropped, an edit of linear_per_pixel
# step: kernels, misconception: extra-cell-before
#-         self.depthwise = nn.Conv2d(in_channels, in_channels, kernel_size, padding="same", groups=in_channels)
#-         self.mix = nn.Linear(in_channels, out_channels)
#+         self.depthwise = nn.Conv2d(in_channels, in_channels, kernel_size, padding=kernel_size // 2, groups=in_channels)
#+         self.pointwise = nn.Conv2d(in_channels, out_channels, 1)
# ...
#-         return self.mix(self.depthwise(x).permute(0, 2, 3, 1)).permute(0, 3, 1, 2)
#+         return self.pointwise(self.depthwise(x))[:, :, : x.shape[2], : x.shape[3]]

# %% wrong: kernel_size_ignored, an edit of linear_per_pixel
# step: parameters, misconception: kernel-size-ignored
#-         self.depthwise = nn.Conv2d(in_channels, in_channels, kernel_size, padding="same", groups=in_channels)
#-         self.mix = nn.Linear(in_channels, out_channels)
#+         self.depthwise = nn.Conv2d(in_channels, in_channels, 3, padding=1, groups=in_channels)
#+         self.pointwise = nn.Conv2d(in_channels, out_channels, 1)
# ...
#-         return self.mix(self.depthwise(x).permute(0, 2, 3, 1)).permute(0, 3, 1, 2)
#+         return self.pointwise(self.depthwise(x))

# %% wrong: layers_in_forward
# step: parameters, misconception: parameter-missing
class DepthwiseSeparable(nn.Module):
    def __init__(self, in_channels, out_channels, kernel_size=3):
        super().__init__()
        self.channels = in_channels, out_channels, kernel_size

    def forward(self, x):
        in_channels, out_channels, kernel_size = self.channels
        y = nn.Conv2d(in_channels, in_channels, kernel_size, padding="same", groups=in_channels)(x)
        return nn.Conv2d(in_channels, out_channels, 1)(y)

# %% wrong: mobilenet_block, an edit of linear_per_pixel
# step: values, misconception: activation-after
#-         self.mix = nn.Linear(in_channels, out_channels)
#+         self.pointwise = nn.Conv2d(in_channels, out_channels, 1)
# ...
#-         return self.mix(self.depthwise(x).permute(0, 2, 3, 1)).permute(0, 3, 1, 2)
#+         return self.pointwise(self.depthwise(x)).relu()

# %% wrong: no_biases, an edit of linear_per_pixel
# step: parameters, misconception: bias-left-out
#-         self.depthwise = nn.Conv2d(in_channels, in_channels, kernel_size, padding="same", groups=in_channels)
#-         self.mix = nn.Linear(in_channels, out_channels)
#+         self.depthwise = nn.Conv2d(in_channels, in_channels, kernel_size, padding="same", groups=in_channels, bias=False)
#+         self.pointwise = nn.Conv2d(in_channels, out_channels, 1, bias=False)
# ...
#-         return self.mix(self.depthwise(x).permute(0, 2, 3, 1)).permute(0, 3, 1, 2)
#+         return self.pointwise(self.depthwise(x))

# %% wrong: no_depthwise_bias, an edit of linear_per_pixel
# step: parameters, misconception: bias-left-out
#-         self.depthwise = nn.Conv2d(in_channels, in_channels, kernel_size, padding="same", groups=in_channels)
#-         self.mix = nn.Linear(in_channels, out_channels)
#+         self.depthwise = nn.Conv2d(in_channels, in_channels, kernel_size, padding="same", groups=in_channels, bias=False)
#+         self.pointwise = nn.Conv2d(in_channels, out_channels, 1)
# ...
#-         return self.mix(self.depthwise(x).permute(0, 2, 3, 1)).permute(0, 3, 1, 2)
#+         return self.pointwise(self.depthwise(x))

# %% wrong: no_groups, an edit of linear_per_pixel
# step: parameters, misconception: groups-forgotten
#-         self.depthwise = nn.Conv2d(in_channels, in_channels, kernel_size, padding="same", groups=in_channels)
#-         self.mix = nn.Linear(in_channels, out_channels)
#+         self.depthwise = nn.Conv2d(in_channels, in_channels, kernel_size, padding="same")
#+         self.pointwise = nn.Conv2d(in_channels, out_channels, 1)
# ...
#-         return self.mix(self.depthwise(x).permute(0, 2, 3, 1)).permute(0, 3, 1, 2)
#+         return self.pointwise(self.depthwise(x))

# %% wrong: no_padding, an edit of linear_per_pixel
# step: size, misconception: padding-ignored
#-         self.depthwise = nn.Conv2d(in_channels, in_channels, kernel_size, padding="same", groups=in_channels)
#-         self.mix = nn.Linear(in_channels, out_channels)
#+         self.depthwise = nn.Conv2d(in_channels, in_channels, kernel_size, groups=in_channels)
#+         self.pointwise = nn.Conv2d(in_channels, out_channels, 1)
# ...
#-         return self.mix(self.depthwise(x).permute(0, 2, 3, 1)).permute(0, 3, 1, 2)
#+         return self.pointwise(self.depthwise(x))

# %% wrong: no_pointwise, an edit of linear_per_pixel
# step: parameters, misconception: no-pointwise
#-         self.depthwise = nn.Conv2d(in_channels, in_channels, kernel_size, padding="same", groups=in_channels)
#-         self.mix = nn.Linear(in_channels, out_channels)
#+         self.depthwise = nn.Conv2d(in_channels, out_channels, kernel_size, padding="same", groups=in_channels)
# ...
#-         return self.mix(self.depthwise(x).permute(0, 2, 3, 1)).permute(0, 3, 1, 2)
#+         return self.depthwise(x)

# %% wrong: padding_of_one, an edit of linear_per_pixel
# step: size, misconception: padding-of-three
#-         self.depthwise = nn.Conv2d(in_channels, in_channels, kernel_size, padding="same", groups=in_channels)
#-         self.mix = nn.Linear(in_channels, out_channels)
#+         self.depthwise = nn.Conv2d(in_channels, in_channels, kernel_size, padding=1, groups=in_channels)
#+         self.pointwise = nn.Conv2d(in_channels, out_channels, 1)
# ...
#-         return self.mix(self.depthwise(x).permute(0, 2, 3, 1)).permute(0, 3, 1, 2)
#+         return self.pointwise(self.depthwise(x))

# %% wrong: padding_on_both, an edit of linear_per_pixel
# step: size, misconception: padded-twice
#-         self.mix = nn.Linear(in_channels, out_channels)
#+         self.pointwise = nn.Conv2d(in_channels, out_channels, 1, padding=1)
# ...
#-         return self.mix(self.depthwise(x).permute(0, 2, 3, 1)).permute(0, 3, 1, 2)
#+         return self.pointwise(self.depthwise(x))

# %% wrong: pointwise_first, an edit of linear_per_pixel
# step: parameters, misconception: pointwise-first
#-         self.depthwise = nn.Conv2d(in_channels, in_channels, kernel_size, padding="same", groups=in_channels)
#-         self.mix = nn.Linear(in_channels, out_channels)
#+         self.pointwise = nn.Conv2d(in_channels, out_channels, 1)
#+         self.depthwise = nn.Conv2d(out_channels, out_channels, kernel_size, padding="same", groups=out_channels)
# ...
#-         return self.mix(self.depthwise(x).permute(0, 2, 3, 1)).permute(0, 3, 1, 2)
#+         return self.depthwise(self.pointwise(x))

# %% wrong: pointwise_grouped, an edit of linear_per_pixel
# step: parameters, misconception: no-pointwise
#-         self.mix = nn.Linear(in_channels, out_channels)
#+         self.pointwise = nn.Conv2d(in_channels, out_channels, 1, groups=in_channels)
# ...
#-         return self.mix(self.depthwise(x).permute(0, 2, 3, 1)).permute(0, 3, 1, 2)
#+         return self.pointwise(self.depthwise(x))

# %% wrong: regular, an edit of linear_per_pixel
# step: parameters, misconception: groups-forgotten
#-         self.depthwise = nn.Conv2d(in_channels, in_channels, kernel_size, padding="same", groups=in_channels)
#-         self.mix = nn.Linear(in_channels, out_channels)
#+         self.conv = nn.Conv2d(in_channels, out_channels, kernel_size, padding="same")
# ...
#-         return self.mix(self.depthwise(x).permute(0, 2, 3, 1)).permute(0, 3, 1, 2)
#+         return self.conv(x)

# %% wrong: relu_between, an edit of linear_per_pixel
# step: values, misconception: something-between
#-         self.mix = nn.Linear(in_channels, out_channels)
#+         self.pointwise = nn.Conv2d(in_channels, out_channels, 1)
# ...
#-         return self.mix(self.depthwise(x).permute(0, 2, 3, 1)).permute(0, 3, 1, 2)
#+         return self.pointwise(self.depthwise(x).relu())

# %% wrong: shortcut, an edit of linear_per_pixel
# step: values, misconception: values
#-         self.mix = nn.Linear(in_channels, out_channels)
#+         self.pointwise = nn.Conv2d(in_channels, out_channels, 1)
# ...
#-         return self.mix(self.depthwise(x).permute(0, 2, 3, 1)).permute(0, 3, 1, 2)
#+         y = self.pointwise(self.depthwise(x))
#+         return y + x if y.shape == x.shape else y + x.mean(dim=1, keepdim=True)

# %% wrong: third_layer, an edit of linear_per_pixel
# step: parameters, misconception: something-between
#-         self.mix = nn.Linear(in_channels, out_channels)
#+         self.pointwise = nn.Conv2d(in_channels, out_channels, 1)
#+         self.after = nn.Conv2d(out_channels, out_channels, 3, padding=1)
# ...
#-         return self.mix(self.depthwise(x).permute(0, 2, 3, 1)).permute(0, 3, 1, 2)
#+         return self.after(self.pointwise(self.depthwise(x)))

# %% wrong: widened_depthwise, an edit of linear_per_pixel
# step: parameters, misconception: no-pointwise
#-         self.depthwise = nn.Conv2d(in_channels, in_channels, kernel_size, padding="same", groups=in_channels)
#-         self.mix = nn.Linear(in_channels, out_channels)
#+         self.depthwise = nn.Conv2d(in_channels, out_channels, kernel_size, padding="same", groups=in_channels)
#+         self.pointwise = nn.Conv2d(out_channels, out_channels, 1)
# ...
#-         return self.mix(self.depthwise(x).permute(0, 2, 3, 1)).permute(0, 3, 1, 2)
#+         return self.pointwise(self.depthwise(x))

# %% wrong: depthwise_unused
# step: values, misconception: depthwise-left-out
class DepthwiseSeparable(nn.Module):
    def __init__(self, in_channels, out_channels, kernel_size=3):
        super().__init__()
        self.depthwise = nn.Conv2d(in_channels, in_channels, kernel_size, padding="same", groups=in_channels)
        self.pointwise = nn.Conv2d(in_channels, out_channels, 1)

    def forward(self, x):
        return self.pointwise(x)
