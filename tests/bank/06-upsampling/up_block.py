# %% accepted: bilinear
class UpBlock(nn.Module):
    def __init__(self, in_channels, skip_channels, out_channels):
        super().__init__()
        self.conv = nn.Sequential(
            nn.Conv2d(in_channels + skip_channels, out_channels, 3, padding="same"), nn.LeakyReLU(0.1),
            nn.Conv2d(out_channels, out_channels, 3, padding="same"), nn.LeakyReLU(0.1),
        )

    def forward(self, x, skip):
        up = F.interpolate(x, size=skip.shape[-2:], mode="bilinear", align_corners=False)
        return self.conv(torch.cat([up, skip], dim=1))

# %% accepted: group_norm
class UpBlock(nn.Module):
    def __init__(self, in_channels, skip_channels, out_channels):
        super().__init__()
        self.up = nn.ConvTranspose2d(in_channels, out_channels, 4, stride=2, padding=1)
        self.layers = nn.ModuleList()
        for channels in (out_channels + skip_channels, out_channels):
            self.layers.append(nn.Sequential(nn.Conv2d(channels, out_channels, 3, padding=1), nn.GroupNorm(1, out_channels), nn.ReLU()))

    def forward(self, x, skip):
        up = self.up(x)
        if up.shape[2:] != skip.shape[2:]:
            up = F.interpolate(up, size=skip.shape[2:])
        y = torch.cat([up, skip], dim=1)
        for layer in self.layers:
            y = layer(y)
        return y

# %% accepted: larger_then_cropped
class UpBlock(nn.Module):
    def __init__(self, in_channels, skip_channels, out_channels):
        super().__init__()
        self.up = nn.ConvTranspose2d(in_channels, out_channels, 3, stride=2)
        self.conv1 = nn.Conv2d(out_channels + skip_channels, out_channels, 3, padding=1)
        self.conv2 = nn.Conv2d(out_channels, out_channels, 3, padding=1)

    def forward(self, x, skip):
        up = self.up(x)[:, :, : skip.shape[2], : skip.shape[3]]
        return torch.relu(self.conv2(torch.relu(self.conv1(torch.cat([up, skip], dim=1)))))

# %% accepted: nearest_then_conv
class UpBlock(nn.Module):
    def __init__(self, in_channels, skip_channels, out_channels):
        super().__init__()
        self.reduce = nn.Conv2d(in_channels, out_channels, 3, padding=1)
        self.conv1 = nn.Conv2d(out_channels + skip_channels, out_channels, 3, padding=1)
        self.conv2 = nn.Conv2d(out_channels, out_channels, 3, padding=1)
        self.drop = nn.Dropout2d(0.2)

    def forward(self, x, skip):
        up = self.reduce(F.interpolate(x, scale_factor=2, mode="nearest"))
        down, right = skip.size(2) - up.size(2), skip.size(3) - up.size(3)
        up = F.pad(up, [right // 2, right - right // 2, down // 2, down - down // 2], mode="replicate")
        y = F.gelu(self.conv1(torch.cat([skip, up], dim=1)))
        return self.drop(F.gelu(self.conv2(y)))

# %% accepted: output_size
class UpBlock(nn.Module):
    def __init__(self, in_channels, skip_channels, out_channels):
        super().__init__()
        self.up = nn.ConvTranspose2d(in_channels, in_channels // 2, 2, stride=2)
        width = in_channels // 2 + skip_channels
        self.twice = nn.Sequential(
            nn.Conv2d(width, out_channels, 3, padding=1, bias=False), nn.BatchNorm2d(out_channels), nn.ReLU(inplace=True),
            nn.Conv2d(out_channels, out_channels, 3, padding=1, bias=False), nn.BatchNorm2d(out_channels), nn.ReLU(inplace=True),
        )

    def forward(self, x, skip):
        up = self.up(x, output_size=skip.shape[2:])
        return self.twice(torch.cat((skip, up), 1))

# %% accepted: plain
class UpBlock(nn.Module):
    def __init__(self, in_channels, skip_channels, out_channels):
        super().__init__()
        self.up = nn.ConvTranspose2d(in_channels, out_channels, 2, stride=2)
        self.conv1 = nn.Conv2d(out_channels + skip_channels, out_channels, 3, padding=1)
        self.conv2 = nn.Conv2d(out_channels, out_channels, 3, padding=1)

    def forward(self, x, skip):
        up = self.up(x)
        up = F.pad(up, (0, skip.shape[3] - up.shape[3], 0, skip.shape[2] - up.shape[2]))
        y = torch.cat([up, skip], dim=1)
        return self.conv2(self.conv1(y).relu()).relu()

# %% accepted: residual
class UpBlock(nn.Module):
    def __init__(self, in_channels, skip_channels, out_channels):
        super().__init__()
        self.up = nn.ConvTranspose2d(in_channels, out_channels, 2, stride=2)
        self.conv1 = nn.Conv2d(out_channels + skip_channels, out_channels, 3, padding=1)
        self.conv2 = nn.Conv2d(out_channels, out_channels, 3, padding=1)
        self.short = nn.Conv2d(out_channels + skip_channels, out_channels, 1)

    def forward(self, x, skip):
        up = self.up(x)
        up = F.pad(up, (0, skip.shape[3] - up.shape[3], 0, skip.shape[2] - up.shape[2]))

        y = torch.cat([up, skip], dim=1)
        return torch.relu(self.conv2(self.conv1(y).relu()) + self.short(y))

# %% accepted: negative_pad
class UpBlock(nn.Module):
    """The transposed convolution gives one row and column more; F.pad with negative numbers takes off what is too much."""

    def __init__(self, in_channels, skip_channels, out_channels):
        super().__init__()
        self.up = nn.ConvTranspose2d(in_channels, out_channels, 3, stride=2)
        self.conv1 = nn.Conv2d(out_channels + skip_channels, out_channels, 3, padding=1)
        self.conv2 = nn.Conv2d(out_channels, out_channels, 3, padding=1)

    def forward(self, x, skip):
        up = self.up(x)
        up = F.pad(up, (0, skip.shape[3] - up.shape[3], 0, skip.shape[2] - up.shape[2]))
        return self.conv2(self.conv1(torch.cat([up, skip], dim=1)).relu()).relu()

# %% accepted: upsample_and_narrow
class UpBlock(nn.Module):
    """The nearest pixels of x, one more at the end where it is needed, taken by index."""

    def __init__(self, in_channels, skip_channels, out_channels):
        super().__init__()
        self.convs = nn.ModuleList([nn.Conv2d(in_channels + skip_channels, out_channels, 3, 1, 1), nn.Conv2d(out_channels, out_channels, 3, 1, 1)])

    def forward(self, x, skip):
        rows = (torch.arange(skip.shape[2]) // 2).clamp(max=x.shape[2] - 1)
        columns = (torch.arange(skip.shape[3]) // 2).clamp(max=x.shape[3] - 1)
        y = torch.cat([skip, x[:, :, rows][:, :, :, columns]], dim=1)
        for conv in self.convs:
            y = F.relu(conv(y))
        return y

# %% wrong: added
# step: joined, misconception: added-not-joined
class UpBlock(nn.Module):
    def __init__(self, in_channels, skip_channels, out_channels):
        super().__init__()
        self.up = nn.ConvTranspose2d(in_channels, skip_channels, 2, stride=2)
        self.conv1 = nn.Conv2d(skip_channels, out_channels, 3, padding=1)
        self.conv2 = nn.Conv2d(out_channels, out_channels, 3, padding=1)

    def forward(self, x, skip):
        up = self.up(x)
        up = F.pad(up, (0, skip.shape[3] - up.shape[3], 0, skip.shape[2] - up.shape[2]))
        return self.conv2(self.conv1(up + skip).relu()).relu()

# %% wrong: added_without_fitting_channels, an edit of plain
# step: even, misconception: added-not-joined
#-         self.conv1 = nn.Conv2d(out_channels + skip_channels, out_channels, 3, padding=1)
#-         self.conv2 = nn.Conv2d(out_channels, out_channels, 3, padding=1)
#+         self.conv = nn.Conv2d(out_channels, out_channels, 3, padding=1)
# ...
#-         y = torch.cat([up, skip], dim=1)
#-         return self.conv2(self.conv1(y).relu()).relu()
#+         return self.conv(up + skip).relu()

# %% wrong: always_one_more, an edit of plain
# step: even, misconception: skip-does-not-fit
#-         up = self.up(x)
#-         up = F.pad(up, (0, skip.shape[3] - up.shape[3], 0, skip.shape[2] - up.shape[2]))
#+         up = F.pad(self.up(x), (0, 1, 0, 1))

# %% wrong: batch_mean, an edit of plain
# step: samples, misconception: samples-mixed
#          up = F.pad(up, (0, skip.shape[3] - up.shape[3], 0, skip.shape[2] - up.shape[2]))
#+         up = up - up.mean(dim=0, keepdim=True)

# %% wrong: channels_of_x_only, an edit of plain
# step: even, misconception: channels-after-joining
#-         self.conv1 = nn.Conv2d(out_channels + skip_channels, out_channels, 3, padding=1)
#+         self.conv1 = nn.Conv2d(out_channels, out_channels, 3, padding=1)

# %% wrong: layer_in_forward, an edit of residual
# step: samples, misconception: not-the-same-twice
#-         self.conv1 = nn.Conv2d(out_channels + skip_channels, out_channels, 3, padding=1)
#-         self.conv2 = nn.Conv2d(out_channels, out_channels, 3, padding=1)
#-         self.short = nn.Conv2d(out_channels + skip_channels, out_channels, 1)
#+         self.channels = out_channels + skip_channels, out_channels
# ...
#-         return torch.relu(self.conv2(self.conv1(y).relu()) + self.short(y))
#+         return nn.Conv2d(*self.channels, 3, padding=1)(y).relu()

# %% wrong: no_activation, an edit of plain
# step: activation, misconception: no-activation
#-         y = torch.cat([up, skip], dim=1)
#-         return self.conv2(self.conv1(y).relu()).relu()
#+         return self.conv2(self.conv1(torch.cat([up, skip], dim=1)))

# %% wrong: no_padding, an edit of plain
# step: even, misconception: padding-ignored
#-         self.conv1 = nn.Conv2d(out_channels + skip_channels, out_channels, 3, padding=1)
#-         self.conv2 = nn.Conv2d(out_channels, out_channels, 3, padding=1)
#+         self.conv1 = nn.Conv2d(out_channels + skip_channels, out_channels, 3)
#+         self.conv2 = nn.Conv2d(out_channels, out_channels, 3)

# %% wrong: no_super, an edit of plain
# step: even, misconception: raised
#-         super().__init__()

# %% wrong: not_enlarged
# step: even, misconception: not-upsampled
class UpBlock(nn.Module):
    def __init__(self, in_channels, skip_channels, out_channels):
        super().__init__()
        self.conv1 = nn.Conv2d(in_channels + skip_channels, out_channels, 3, padding=1)
        self.conv2 = nn.Conv2d(out_channels, out_channels, 3, padding=1)

    def forward(self, x, skip):
        skip = F.avg_pool2d(skip, 2)
        y = torch.cat([x, skip], dim=1)
        return self.conv2(self.conv1(y).relu()).relu()

# %% wrong: odd_sizes, an edit of plain
# step: odd, misconception: skip-does-not-fit
#-         up = F.pad(up, (0, skip.shape[3] - up.shape[3], 0, skip.shape[2] - up.shape[2]))

# %% wrong: one_by_one
# step: convolutions, misconception: looks-too-near
class UpBlock(nn.Module):
    def __init__(self, in_channels, skip_channels, out_channels):
        super().__init__()
        self.conv = nn.Conv2d(in_channels + skip_channels, out_channels, 1)

    def forward(self, x, skip):
        up = F.interpolate(x, size=skip.shape[2:])
        return torch.relu(self.conv(torch.cat([up, skip], dim=1)))

# %% wrong: one_convolution, an edit of plain
# step: convolutions, misconception: looks-too-near
#-         self.conv2 = nn.Conv2d(out_channels, out_channels, 3, padding=1)
# ...
#-         return self.conv2(self.conv1(y).relu()).relu()
#+         return self.conv1(y).relu()

# %% wrong: one_of_five, an edit of plain
# step: convolutions, misconception: other-kernels
#-         self.conv1 = nn.Conv2d(out_channels + skip_channels, out_channels, 3, padding=1)
#-         self.conv2 = nn.Conv2d(out_channels, out_channels, 3, padding=1)
#+         self.conv1 = nn.Conv2d(out_channels + skip_channels, out_channels, 5, padding=2)
# ...
#-         return self.conv2(self.conv1(y).relu()).relu()
#+         return self.conv1(y).relu()

# %% wrong: joined_without_axis, an edit of plain
# step: even, misconception: joined-on-the-batch
#-         y = torch.cat([up, skip], dim=1)
#+         y = torch.cat([up, skip])

# %% wrong: out_channels, an edit of plain
# step: even, misconception: wrong-channels
#-         self.conv1 = nn.Conv2d(out_channels + skip_channels, out_channels, 3, padding=1)
#-         self.conv2 = nn.Conv2d(out_channels, out_channels, 3, padding=1)
#+         self.conv = nn.Conv2d(out_channels + skip_channels, out_channels + skip_channels, 3, padding=1)
# ...
#-         y = torch.cat([up, skip], dim=1)
#-         return self.conv2(self.conv1(y).relu()).relu()
#+         return self.conv(torch.cat([up, skip], dim=1)).relu()

# %% wrong: own_weight_out_first
# step: even, misconception: transposed-weight-out-first
class UpBlock(nn.Module):
    def __init__(self, in_channels, skip_channels, out_channels):
        super().__init__()
        self.weight = nn.Parameter(0.1 * torch.randn(out_channels, in_channels, 2, 2))
        self.conv = nn.Conv2d(out_channels + skip_channels, out_channels, 3, padding=1)

    def forward(self, x, skip):
        up = F.conv_transpose2d(x, self.weight, stride=2)
        up = F.pad(up, (0, skip.shape[3] - up.shape[3], 0, skip.shape[2] - up.shape[2]))
        return self.conv(torch.cat([up, skip], dim=1)).relu()

# %% wrong: pad_axes_swapped, an edit of plain
# step: odd, misconception: skip-does-not-fit
#-         up = F.pad(up, (0, skip.shape[3] - up.shape[3], 0, skip.shape[2] - up.shape[2]))
#+         up = F.pad(up, (0, skip.shape[2] - up.shape[2], 0, skip.shape[3] - up.shape[3]))

# %% wrong: plain_list
# step: trainable, misconception: no-parameters
class UpBlock(nn.Module):
    def __init__(self, in_channels, skip_channels, out_channels):
        super().__init__()
        self.layers = [nn.ConvTranspose2d(in_channels, out_channels, 2, stride=2), nn.Conv2d(out_channels + skip_channels, out_channels, 3, padding=1)]

    def forward(self, x, skip):
        up = self.layers[0](x)
        up = F.pad(up, (0, skip.shape[3] - up.shape[3], 0, skip.shape[2] - up.shape[2]))
        return self.layers[1](torch.cat([up, skip], dim=1)).relu()

# %% wrong: reshaped, an edit of plain
# step: place, misconception: moved
#-         self.up = nn.ConvTranspose2d(in_channels, out_channels, 2, stride=2)
#+         self.wide = nn.Conv2d(in_channels, 4 * out_channels, 1)
# ...
#-         up = self.up(x)
#+         up = self.wide(x).reshape(len(x), -1, 2 * x.shape[2], 2 * x.shape[3])

# %% wrong: resized_at_the_end
# step: both, misconception: partly-ignored
class UpBlock(nn.Module):
    def __init__(self, in_channels, skip_channels, out_channels):
        super().__init__()
        self.conv1 = nn.Conv2d(in_channels + skip_channels, out_channels, 3, padding=1)
        self.conv2 = nn.Conv2d(out_channels, out_channels, 3, padding=1)

    def forward(self, x, skip):
        small = skip[:, :, ::2, ::2][:, :, : x.shape[2], : x.shape[3]]
        y = self.conv2(self.conv1(torch.cat([x, small], dim=1)).relu()).relu()
        return F.interpolate(y, size=skip.shape[2:])

# %% wrong: same_for_transposed, an edit of plain
# step: even, misconception: same-for-transposed
#-         self.up = nn.ConvTranspose2d(in_channels, out_channels, 2, stride=2)
#+         self.up = nn.ConvTranspose2d(in_channels, out_channels, 2, stride=2, padding='same')

# %% wrong: skip_cropped, an edit of plain
# step: odd, misconception: skip-cropped
#-         up = F.pad(up, (0, skip.shape[3] - up.shape[3], 0, skip.shape[2] - up.shape[2]))
#+         skip = skip[:, :, : up.shape[2], : up.shape[3]]

# %% wrong: skip_cropped_output_padded, an edit of plain
# step: both, misconception: partly-ignored
#-         up = F.pad(up, (0, skip.shape[3] - up.shape[3], 0, skip.shape[2] - up.shape[2]))
#-         y = torch.cat([up, skip], dim=1)
#-         return self.conv2(self.conv1(y).relu()).relu()
#+         rows, columns = skip.shape[2:]
#+         skip = skip[:, :, : up.shape[2], : up.shape[3]]
#+         y = self.conv2(self.conv1(torch.cat([up, skip], dim=1)).relu()).relu()
#+         return F.pad(y, (0, columns - y.shape[3], 0, rows - y.shape[2]))

# %% wrong: skip_detached, an edit of plain
# step: both, misconception: detached
#-         y = torch.cat([up, skip], dim=1)
#+         y = torch.cat([up, skip.detach()], dim=1)

# %% wrong: skip_ignored, an edit of plain
# step: both, misconception: skip-ignored
#-         self.conv1 = nn.Conv2d(out_channels + skip_channels, out_channels, 3, padding=1)
#-         self.conv2 = nn.Conv2d(out_channels, out_channels, 3, padding=1)
#+         self.conv = nn.Conv2d(out_channels, out_channels, 3, padding=1)
# ...
#-         y = torch.cat([up, skip], dim=1)
#-         return self.conv2(self.conv1(y).relu()).relu()
#+         return self.conv(up).relu()

# %% wrong: skip_like_half_of_in, an edit of plain
# step: even, misconception: channels-after-joining
#-         self.up = nn.ConvTranspose2d(in_channels, out_channels, 2, stride=2)
#-         self.conv1 = nn.Conv2d(out_channels + skip_channels, out_channels, 3, padding=1)
#+         self.up = nn.ConvTranspose2d(in_channels, in_channels // 2, 2, stride=2)
#+         self.conv1 = nn.Conv2d(in_channels, out_channels, 3, padding=1)

# %% wrong: skip_rolled, an edit of plain
# step: place, misconception: moved
#          up = F.pad(up, (0, skip.shape[3] - up.shape[3], 0, skip.shape[2] - up.shape[2]))
#+         skip = skip.roll((1, 1), dims=(2, 3))

# %% wrong: skip_shifted, an edit of plain
# step: both, misconception: partly-ignored
#          up = F.pad(up, (0, skip.shape[3] - up.shape[3], 0, skip.shape[2] - up.shape[2]))
#+         skip = F.pad(skip, (1, 0, 1, 0))[:, :, :-1, :-1]

# %% wrong: tiled, an edit of plain
# step: place, misconception: moved
#-         self.up = nn.ConvTranspose2d(in_channels, out_channels, 2, stride=2)
#-         self.conv1 = nn.Conv2d(out_channels + skip_channels, out_channels, 3, padding=1)
#+         self.conv1 = nn.Conv2d(in_channels + skip_channels, out_channels, 3, padding=1)
# ...
#-         up = self.up(x)
#-         up = F.pad(up, (0, skip.shape[3] - up.shape[3], 0, skip.shape[2] - up.shape[2]))
#+         up = x.repeat(1, 1, 3, 3)[:, :, : skip.shape[2], : skip.shape[3]]

# %% wrong: unused_layer, an edit of plain
# step: trainable, misconception: no-gradient
#-         y = torch.cat([up, skip], dim=1)
#-         return self.conv2(self.conv1(y).relu()).relu()
#+         return self.conv1(torch.cat([up, skip], dim=1)).relu()

# %% wrong: x_ignored
# step: both, misconception: x-ignored
class UpBlock(nn.Module):
    def __init__(self, in_channels, skip_channels, out_channels):
        super().__init__()
        self.up = nn.ConvTranspose2d(in_channels, out_channels, 2, stride=2)
        self.conv = nn.Conv2d(skip_channels, out_channels, 3, padding=1)

    def forward(self, x, skip):
        return self.conv(skip).relu()

# %% wrong: no_relu, an edit of plain
# step: activation, misconception: no-activation
#-         return self.conv2(self.conv1(y).relu()).relu()
#+         return self.conv2(self.conv1(y))

# %% wrong: skip_resized, an edit of plain
# step: odd, misconception: skip-cropped
#-         up = F.pad(up, (0, skip.shape[3] - up.shape[3], 0, skip.shape[2] - up.shape[2]))
#+         skip = F.interpolate(skip, size=up.shape[2:])

# %% wrong: inputs_swapped, an edit of plain
# step: even, misconception: inputs-swapped
#-     def forward(self, x, skip):
#+     def forward(self, skip, x):

# %% wrong: skip_no_grad, an edit of plain
# step: both, misconception: detached
#-         y = torch.cat([up, skip], dim=1)
#+         with torch.no_grad():
#+             skip = skip.clone()
#+         y = torch.cat([up, skip], dim=1)

# %% wrong: skip_data, an edit of plain
# step: both, misconception: detached
#-         y = torch.cat([up, skip], dim=1)
#+         y = torch.cat([up, skip.data], dim=1)

# %% wrong: upsampled_channels_forgotten, an edit of plain
# step: even, misconception: channels-after-joining
#-         self.up = nn.ConvTranspose2d(in_channels, out_channels, 2, stride=2)
#+         self.up = nn.Upsample(scale_factor=2)

# %% wrong: filled_with_zeros, an edit of plain
# step: place, misconception: not-upsampled
#-         self.up = nn.ConvTranspose2d(in_channels, out_channels, 2, stride=2)
#+         self.up = nn.ConvTranspose2d(in_channels, out_channels, 2)

# %% wrong: second_left_out, an edit of plain
# step: trainable, misconception: no-gradient
#-         return self.conv2(self.conv1(y).relu()).relu()
#+         return self.conv1(y).relu()

# %% wrong: viewed_as_skip, an edit of plain
# step: even, misconception: skip-does-not-fit
#-         up = self.up(x)
#-         up = F.pad(up, (0, skip.shape[3] - up.shape[3], 0, skip.shape[2] - up.shape[2]))
#+         up = self.up(x).view(skip.shape)

# %% wrong: pads_both_sides, an edit of plain
# step: odd, misconception: skip-does-not-fit
#-         up = F.pad(up, (0, skip.shape[3] - up.shape[3], 0, skip.shape[2] - up.shape[2]))
#+         right, down = skip.shape[3] - up.shape[3], skip.shape[2] - up.shape[2]
#+         up = F.pad(up, (right, right, down, down))

# %% wrong: padded_with_six_numbers, an edit of plain
# step: odd, misconception: skip-does-not-fit
#-         up = F.pad(up, (0, skip.shape[3] - up.shape[3], 0, skip.shape[2] - up.shape[2]))
#+         up = F.pad(up, (0, 0, 0, skip.shape[3] - up.shape[3], 0, skip.shape[2] - up.shape[2]))

# %% wrong: second_one_by_one, an edit of plain
# step: convolutions, misconception: looks-too-near
#-         self.conv2 = nn.Conv2d(out_channels, out_channels, 3, padding=1)
#+         self.conv2 = nn.Conv2d(out_channels, out_channels, 1)

# %% wrong: joined_on_the_columns, an edit of plain
# step: even, misconception: raised
#-         y = torch.cat([up, skip], dim=1)
#+         y = torch.cat([up, skip], dim=-1)
