# %% accepted: cropped
class Generator(nn.Module):
    def __init__(self, latent=64, channels=1):
        super().__init__()
        self.layers = nn.Sequential(
            nn.ConvTranspose2d(latent, 32, 4), nn.BatchNorm2d(32), nn.ReLU(),
            nn.ConvTranspose2d(32, 32, 4, stride=2, padding=1), nn.BatchNorm2d(32), nn.ReLU(),
            nn.ConvTranspose2d(32, 16, 4, stride=2, padding=1), nn.BatchNorm2d(16), nn.ReLU(),
            nn.ConvTranspose2d(16, channels, 4, stride=2, padding=1),
            nn.Tanh(),
        )

    def forward(self, z):
        return self.layers(z[:, :, None, None])[:, :, 2:-2, 2:-2]

# %% accepted: four_layers
class Generator(nn.Module):
    def __init__(self, latent=64, channels=1):
        super().__init__()
        sizes = [(latent, 40, 4, 1, 0, 0), (40, 20, 3, 2, 1, 0), (20, 10, 4, 2, 1, 0), (10, channels, 4, 2, 1, 0)]
        layers = []
        for i, o, k, stride, padding, output_padding in sizes:
            layers += [nn.ConvTranspose2d(i, o, k, stride, padding, output_padding), nn.BatchNorm2d(o), nn.ReLU()]
        self.layers = nn.Sequential(*layers[:-2])

    def forward(self, z):
        return torch.tanh(self.layers(z.reshape(*z.shape, 1, 1)))

# %% accepted: linear_start
class Generator(nn.Module):
    def __init__(self, latent=64, channels=1):
        super().__init__()
        self.start = nn.Linear(latent, 48 * 7 * 7)
        self.layers = nn.Sequential(
            nn.BatchNorm2d(48), nn.ReLU(),
            nn.ConvTranspose2d(48, 24, 4, 2, 1, bias=False), nn.BatchNorm2d(24), nn.ReLU(True),
            nn.ConvTranspose2d(24, channels, 4, 2, 1), nn.Tanh(),
        )

    def forward(self, z):
        return self.layers(self.start(z).reshape(-1, 48, 7, 7))

# %% accepted: odd_kernels
class Generator(nn.Module):
    def __init__(self, latent=64, channels=1):
        super().__init__()
        self.layers = nn.Sequential(
            nn.ConvTranspose2d(latent, 32, 7), nn.BatchNorm2d(32), nn.ReLU(),
            nn.ConvTranspose2d(32, 16, 5, stride=2, padding=2, output_padding=1), nn.BatchNorm2d(16), nn.ReLU(),
            nn.ConvTranspose2d(16, channels, 3, stride=2, padding=1, output_padding=1),
            nn.Tanh(),
        )

    def forward(self, z):
        return self.layers(z[:, :, None, None])

# %% accepted: sigmoid_stretched
class Generator(nn.Module):
    def __init__(self, latent=64, channels=1):
        super().__init__()
        self.layers = nn.Sequential(
            nn.ConvTranspose2d(latent, 32, 7), nn.BatchNorm2d(32), nn.ReLU(),
            nn.ConvTranspose2d(32, 16, 4, stride=2, padding=1), nn.BatchNorm2d(16), nn.ReLU(),
            nn.ConvTranspose2d(16, channels, 4, stride=2, padding=1),
            nn.Sigmoid(),
        )

    def forward(self, z):
        return 2 * self.layers(z[:, :, None, None]) - 1

# %% accepted: one_upsampling
class Generator(nn.Module):
    """Two transposed convolutions enlarge the picture, and an upsampling helps."""

    def __init__(self, latent=64, channels=1):
        super().__init__()
        self.layers = nn.Sequential(
            nn.ConvTranspose2d(latent, 32, 7), nn.BatchNorm2d(32), nn.ReLU(),
            nn.Upsample(scale_factor=2), nn.Conv2d(32, 16, 3, padding=1), nn.BatchNorm2d(16), nn.ReLU(),
            nn.ConvTranspose2d(16, channels, 4, stride=2, padding=1),
            nn.Tanh(),
        )

    def forward(self, z):
        return self.layers(z.unflatten(1, (-1, 1, 1)))

# %% wrong: all_pixels_at_once
# step: network, misconception: no-convolution
class Generator(nn.Module):
    def __init__(self, latent=64, channels=1):
        super().__init__()
        self.start = nn.Linear(latent, 4 * 28 * 28)
        self.conv = nn.Conv2d(4, channels, 3, padding=1)

    def forward(self, z):
        return torch.tanh(self.conv(self.start(z).relu().reshape(-1, 4, 28, 28)))

# %% wrong: batchnorm_at_the_end, an edit of sigmoid_stretched
# step: network, misconception: batchnorm-at-the-end
#-             nn.Sigmoid(),
#+             nn.BatchNorm2d(channels), nn.Tanh(),
# ...
#-         return 2 * self.layers(z[:, :, None, None]) - 1
#+         return self.layers(z[:, :, None, None])

# %% wrong: no_batchnorm, an edit of odd_kernels
# step: network, misconception: no-batchnorm
#-             nn.ConvTranspose2d(latent, 32, 7), nn.BatchNorm2d(32), nn.ReLU(),
#-             nn.ConvTranspose2d(32, 16, 5, stride=2, padding=2, output_padding=1), nn.BatchNorm2d(16), nn.ReLU(),
#+             nn.ConvTranspose2d(latent, 32, 7), nn.ReLU(),
#+             nn.ConvTranspose2d(32, 16, 5, stride=2, padding=2, output_padding=1), nn.ReLU(),

# %% wrong: one_huge_kernel, an edit of odd_kernels
# step: network, misconception: grows-in-one-step
#-             nn.ConvTranspose2d(latent, 32, 7), nn.BatchNorm2d(32), nn.ReLU(),
#-             nn.ConvTranspose2d(32, 16, 5, stride=2, padding=2, output_padding=1), nn.BatchNorm2d(16), nn.ReLU(),
#-             nn.ConvTranspose2d(16, channels, 3, stride=2, padding=1, output_padding=1),
#-             nn.Tanh(),
#+             nn.ConvTranspose2d(latent, 16, 28), nn.BatchNorm2d(16), nn.ReLU(), nn.ConvTranspose2d(16, channels, 3, padding=1), nn.Tanh()

# %% wrong: batch_statistics, an edit of odd_kernels
# step: samples, misconception: samples-mixed
#-             nn.ConvTranspose2d(32, 16, 5, stride=2, padding=2, output_padding=1), nn.BatchNorm2d(16), nn.ReLU(),
#-             nn.ConvTranspose2d(16, channels, 3, stride=2, padding=1, output_padding=1),
#+             nn.ConvTranspose2d(32, 16, 4, stride=2, padding=1), nn.BatchNorm2d(16, track_running_stats=False), nn.ReLU(),
#+             nn.ConvTranspose2d(16, channels, 4, stride=2, padding=1),

# %% wrong: channels_fixed, an edit of odd_kernels
# step: arguments, misconception: channels-ignored
#-             nn.ConvTranspose2d(32, 16, 5, stride=2, padding=2, output_padding=1), nn.BatchNorm2d(16), nn.ReLU(),
#-             nn.ConvTranspose2d(16, channels, 3, stride=2, padding=1, output_padding=1),
#+             nn.ConvTranspose2d(32, 16, 4, stride=2, padding=1), nn.BatchNorm2d(16), nn.ReLU(),
#+             nn.ConvTranspose2d(16, 1, 4, stride=2, padding=1),

# %% wrong: clamped, an edit of sigmoid_stretched
# step: range, misconception: clamped
#-             nn.Sigmoid(),
#+
# ...
#-         return 2 * self.layers(z[:, :, None, None]) - 1
#+         return self.layers(z[:, :, None, None]).clamp(-1, 1)

# %% wrong: divided_by_largest, an edit of sigmoid_stretched
# step: range, misconception: ends-reached
#-             nn.Sigmoid(),
#+
# ...
#-         return 2 * self.layers(z[:, :, None, None]) - 1
#+         y = self.layers(z[:, :, None, None])
#+         return y / y.abs().max()

# %% wrong: each_divided_by_its_largest, an edit of sigmoid_stretched
# step: range, misconception: ends-reached
#-             nn.Sigmoid(),
#+
# ...
#-         return 2 * self.layers(z[:, :, None, None]) - 1
#+         y = self.layers(z[:, :, None, None])
#+         return y / y.abs().amax((1, 2, 3), keepdim=True)

# %% wrong: first_half_of_latent
# step: latent, misconception: latent-partly-ignored
class Generator(nn.Module):
    def __init__(self, latent=64, channels=1):
        super().__init__()
        self.half = latent // 2
        self.layers = nn.Sequential(
            nn.ConvTranspose2d(latent // 2, 32, 7), nn.BatchNorm2d(32), nn.ReLU(),
            nn.ConvTranspose2d(32, 16, 4, stride=2, padding=1), nn.BatchNorm2d(16), nn.ReLU(),
            nn.ConvTranspose2d(16, channels, 4, stride=2, padding=1),
            nn.Tanh(),
        )

    def forward(self, z):
        return self.layers(z[:, : self.half, None, None])

# %% wrong: first_latent_for_all, an edit of sigmoid_stretched
# step: latent, misconception: one-for-all
#-             nn.Sigmoid(),
#+             nn.Tanh(),
# ...
#-         return 2 * self.layers(z[:, :, None, None]) - 1
#+         return self.layers(z[:1, :, None, None].expand(len(z), -1, -1, -1))

# %% wrong: from_four, an edit of cropped
# step: shape, misconception: other-size
#-         return self.layers(z[:, :, None, None])[:, :, 2:-2, 2:-2]
#+         return self.layers(z[:, :, None, None])

# %% wrong: hardtanh, an edit of sigmoid_stretched
# step: range, misconception: clamped
#-             nn.Sigmoid(),
#+             nn.Hardtanh(),
# ...
#-         return 2 * self.layers(z[:, :, None, None]) - 1
#+         return self.layers(z[:, :, None, None])

# %% wrong: latent_fixed, an edit of cropped
# step: arguments, misconception: raised
#-             nn.ConvTranspose2d(latent, 32, 4), nn.BatchNorm2d(32), nn.ReLU(),
#-             nn.ConvTranspose2d(32, 32, 4, stride=2, padding=1), nn.BatchNorm2d(32), nn.ReLU(),
#+             nn.ConvTranspose2d(64, 32, 7), nn.BatchNorm2d(32), nn.ReLU(),
# ...
#-         return self.layers(z[:, :, None, None])[:, :, 2:-2, 2:-2]
#+         return self.layers(z[:, :, None, None])

# %% wrong: latent_without_axes, an edit of sigmoid_stretched
# step: shape, misconception: latent-has-no-axes
#-             nn.Sigmoid(),
#+             nn.Tanh(),
# ...
#-         return 2 * self.layers(z[:, :, None, None]) - 1
#+         return self.layers(z)

# %% wrong: linear_only
# step: network, misconception: no-convolution
class Generator(nn.Module):
    def __init__(self, latent=64, channels=1):
        super().__init__()
        self.channels = channels
        self.layers = nn.Sequential(nn.Linear(latent, 128), nn.ReLU(), nn.Linear(128, channels * 28 * 28), nn.Tanh())

    def forward(self, z):
        return self.layers(z).reshape(-1, self.channels, 28, 28)

# %% wrong: no_activations, an edit of odd_kernels
# step: network, misconception: no-activation
#-             nn.ConvTranspose2d(latent, 32, 7), nn.BatchNorm2d(32), nn.ReLU(),
#-             nn.ConvTranspose2d(32, 16, 5, stride=2, padding=2, output_padding=1), nn.BatchNorm2d(16), nn.ReLU(),
#-             nn.ConvTranspose2d(16, channels, 3, stride=2, padding=1, output_padding=1),
#+             nn.ConvTranspose2d(latent, 32, 7), nn.BatchNorm2d(32),
#+             nn.ConvTranspose2d(32, 16, 4, stride=2, padding=1), nn.BatchNorm2d(16),
#+             nn.ConvTranspose2d(16, channels, 4, stride=2, padding=1),

# %% wrong: no_end, an edit of sigmoid_stretched
# step: shape, misconception: no-tanh
#-             nn.Sigmoid(),
#+
# ...
#-         return 2 * self.layers(z[:, :, None, None]) - 1
#+         return self.layers(z[:, :, None, None])

# %% wrong: no_end_without_batchnorm, an edit of odd_kernels
# step: range, misconception: no-tanh
#-             nn.ConvTranspose2d(latent, 32, 7), nn.BatchNorm2d(32), nn.ReLU(),
#-             nn.ConvTranspose2d(32, 16, 5, stride=2, padding=2, output_padding=1), nn.BatchNorm2d(16), nn.ReLU(),
#-             nn.ConvTranspose2d(16, channels, 3, stride=2, padding=1, output_padding=1),
#-             nn.Tanh(),
#+             nn.ConvTranspose2d(latent, 32, 7), nn.ReLU(),
#+             nn.ConvTranspose2d(32, 16, 4, stride=2, padding=1), nn.ReLU(),
#+             nn.ConvTranspose2d(16, channels, 4, stride=2, padding=1),
#+

# %% wrong: no_output_padding, an edit of odd_kernels
# step: shape, misconception: size-not-doubled
#-             nn.ConvTranspose2d(32, 16, 5, stride=2, padding=2, output_padding=1), nn.BatchNorm2d(16), nn.ReLU(),
#-             nn.ConvTranspose2d(16, channels, 3, stride=2, padding=1, output_padding=1),
#+             nn.ConvTranspose2d(32, 16, 3, stride=2, padding=1), nn.BatchNorm2d(16), nn.ReLU(),
#+             nn.ConvTranspose2d(16, channels, 3, stride=2, padding=1),

# %% wrong: no_padding, an edit of odd_kernels
# step: shape, misconception: other-size
#-             nn.ConvTranspose2d(32, 16, 5, stride=2, padding=2, output_padding=1), nn.BatchNorm2d(16), nn.ReLU(),
#-             nn.ConvTranspose2d(16, channels, 3, stride=2, padding=1, output_padding=1),
#+             nn.ConvTranspose2d(32, 16, 4, stride=2), nn.BatchNorm2d(16), nn.ReLU(),
#+             nn.ConvTranspose2d(16, channels, 4, stride=2, padding=1),

# %% wrong: own_noise
# step: latent, misconception: latent-ignored
class Generator(nn.Module):
    def __init__(self, latent=64, channels=1):
        super().__init__()
        self.latent = latent
        self.layers = nn.Sequential(
            nn.ConvTranspose2d(latent, 32, 7), nn.BatchNorm2d(32), nn.ReLU(),
            nn.ConvTranspose2d(32, 16, 4, stride=2, padding=1), nn.BatchNorm2d(16), nn.ReLU(),
            nn.ConvTranspose2d(16, channels, 4, stride=2, padding=1),
            nn.Tanh(),
        )

    def forward(self, z):
        return self.layers(torch.randn(len(z), self.latent, 1, 1))

# %% wrong: plain_list
# step: trainable, misconception: no-parameters
class Generator(nn.Module):
    def __init__(self, latent=64, channels=1):
        super().__init__()
        self.steps = [nn.ConvTranspose2d(latent, 32, 7), nn.ConvTranspose2d(32, 16, 4, stride=2, padding=1), nn.ConvTranspose2d(16, channels, 4, stride=2, padding=1)]

    def forward(self, z):
        y = z[:, :, None, None]
        for layer in self.steps[:-1]:
            y = layer(y).relu()
        return self.steps[-1](y).tanh()

# %% wrong: relu_end, an edit of sigmoid_stretched
# step: range, misconception: one-sided
#-             nn.Sigmoid(),
#+             nn.ReLU(), nn.Tanh(),
# ...
#-         return 2 * self.layers(z[:, :, None, None]) - 1
#+         return self.layers(z[:, :, None, None])

# %% wrong: sigmoid, an edit of sigmoid_stretched
# step: range, misconception: one-sided
#-         return 2 * self.layers(z[:, :, None, None]) - 1
#+         return self.layers(z[:, :, None, None])

# %% wrong: small_range, an edit of sigmoid_stretched
# step: range, misconception: narrow-range
#-             nn.Sigmoid(),
#+             nn.Tanh(),
# ...
#-         return 2 * self.layers(z[:, :, None, None]) - 1
#+         return 0.1 * self.layers(z[:, :, None, None])

# %% wrong: squeezed, an edit of sigmoid_stretched
# step: shape, misconception: shape
#-             nn.Sigmoid(),
#+             nn.Tanh(),
# ...
#-         return 2 * self.layers(z[:, :, None, None]) - 1
#+         return self.layers(z[:, :, None, None]).squeeze().reshape(-1, 28, 28)

# %% wrong: three_axes, an edit of sigmoid_stretched
# step: shape, misconception: shape
#-             nn.Sigmoid(),
#+             nn.Tanh(),
# ...
#-         return 2 * self.layers(z[:, :, None, None]) - 1
#+         return self.layers(z[:, :, None, None])[:, 0]

# %% wrong: unused_layer, an edit of odd_kernels
# step: trainable, misconception: no-gradient
#-             nn.ConvTranspose2d(32, 16, 5, stride=2, padding=2, output_padding=1), nn.BatchNorm2d(16), nn.ReLU(),
#-             nn.ConvTranspose2d(16, channels, 3, stride=2, padding=1, output_padding=1),
#+             nn.ConvTranspose2d(32, 16, 4, stride=2, padding=1), nn.BatchNorm2d(16), nn.ReLU(),
#+             nn.ConvTranspose2d(16, channels, 4, stride=2, padding=1),
# ...
#          )
#+         self.spare = nn.Linear(latent, 10)

# %% wrong: upsampling
# step: network, misconception: no-convolution
class Generator(nn.Module):
    def __init__(self, latent=64, channels=1):
        super().__init__()
        self.start = nn.Linear(latent, 16 * 7 * 7)
        self.conv1 = nn.Conv2d(16, 16, 3, padding=1)
        self.conv2 = nn.Conv2d(16, channels, 3, padding=1)

    def forward(self, z):
        y = F.leaky_relu(self.start(z), 0.2).unflatten(1, (16, 7, 7))
        y = F.leaky_relu(self.conv1(F.interpolate(y, scale_factor=2)), 0.2)
        return torch.tanh(self.conv2(F.interpolate(y, scale_factor=2)))

# %% wrong: zero_border, an edit of odd_kernels
# step: latent, misconception: constant-pixels
#-             nn.ConvTranspose2d(32, 16, 5, stride=2, padding=2, output_padding=1), nn.BatchNorm2d(16), nn.ReLU(),
#-             nn.ConvTranspose2d(16, channels, 3, stride=2, padding=1, output_padding=1),
#+             nn.ConvTranspose2d(32, 16, 4, stride=2, padding=1), nn.BatchNorm2d(16), nn.ReLU(),
#+             nn.ConvTranspose2d(16, channels, 3, stride=2, padding=2),
# ...
#-         return self.layers(z[:, :, None, None])
#+         return F.pad(self.layers(z[:, :, None, None]), (2, 1, 2, 1))

# %% wrong: latent_spread, an edit of sigmoid_stretched
# step: shape, misconception: latent-has-no-axes
#-         return 2 * self.layers(z[:, :, None, None]) - 1
#+         return 2 * self.layers(z.view(-1, 1, 1, 1)) - 1

# %% wrong: batchnorm_before_tanh, an edit of odd_kernels
# step: network, misconception: batchnorm-at-the-end
#-             nn.Tanh(),
#+             nn.BatchNorm2d(channels),
#+             nn.Tanh(),

# %% wrong: relu_before_tanh, an edit of odd_kernels
# step: range, misconception: one-sided
#-             nn.Tanh(),
#+             nn.ReLU(),
#+             nn.Tanh(),

# %% wrong: channels_last_start, an edit of linear_start
# step: shape, misconception: raised
#-         return self.layers(self.start(z).reshape(-1, 48, 7, 7))
#+         return self.layers(self.start(z).reshape(-1, 7, 7, 48))

# %% wrong: one_doubling_missing, an edit of odd_kernels
# step: shape, misconception: other-size
#-             nn.ConvTranspose2d(16, channels, 3, stride=2, padding=1, output_padding=1),
#+             nn.ConvTranspose2d(16, channels, 3, padding=1),

# %% wrong: one_layer_not_doubled, an edit of sigmoid_stretched
# step: shape, misconception: size-not-doubled
#-             nn.ConvTranspose2d(32, 16, 4, stride=2, padding=1), nn.BatchNorm2d(16), nn.ReLU(),
#+             nn.ConvTranspose2d(32, 16, 3, stride=2, padding=1), nn.BatchNorm2d(16), nn.ReLU(),

# %% wrong: norm_behind_tanh, an edit of sigmoid_stretched
# step: shape, misconception: no-tanh
#-             nn.Sigmoid(),
#+             nn.Tanh(),
#+             nn.BatchNorm2d(channels),
# ...
#-         return 2 * self.layers(z[:, :, None, None]) - 1
#+         return self.layers(z[:, :, None, None])

# %% wrong: norm_of_the_next_layer, an edit of sigmoid_stretched
# step: shape, misconception: raised
#-             nn.ConvTranspose2d(latent, 32, 7), nn.BatchNorm2d(32), nn.ReLU(),
#+             nn.ConvTranspose2d(latent, 32, 7), nn.BatchNorm2d(16), nn.ReLU(),

# %% wrong: convolution_at_the_end, an edit of sigmoid_stretched
# step: shape, misconception: other-size
#-             nn.ConvTranspose2d(16, channels, 4, stride=2, padding=1),
#+             nn.Conv2d(16, channels, 4, stride=2, padding=1),

# %% wrong: axes_in_front, an edit of sigmoid_stretched
# step: shape, misconception: latent-has-no-axes
#-         return 2 * self.layers(z[:, :, None, None]) - 1
#+         return 2 * self.layers(z[None, None]) - 1

# %% wrong: no_super, an edit of sigmoid_stretched
# step: shape, misconception: raised
#-         super().__init__()
#+         self.latent = latent
