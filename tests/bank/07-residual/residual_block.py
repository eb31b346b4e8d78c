# %% accepted: plain
class ResidualBlock(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.conv1 = nn.Conv2d(channels, channels, 3, padding=1)
        self.bn1 = nn.BatchNorm2d(channels)
        self.conv2 = nn.Conv2d(channels, channels, 3, padding=1)
        self.bn2 = nn.BatchNorm2d(channels)

    def forward(self, x):
        y = F.relu(self.bn1(self.conv1(x)))
        y = self.bn2(self.conv2(y))
        return F.relu(y + x)

# %% accepted: registered_backwards
class ConvNorm(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.after = nn.BatchNorm2d(channels)
        self.first = nn.Conv2d(channels, channels, 3, 1, 1)

    def forward(self, x):
        return self.after(self.first(x))


class ResidualBlock(nn.Module):
    """The second pair is registered first, the ReLUs work in place on tensors of their own."""

    def __init__(self, channels):
        super().__init__()
        self.two = ConvNorm(channels)
        self.one = ConvNorm(channels)
        self.register_buffer("calls", torch.zeros(()))

    def forward(self, x):
        import warnings

        warnings.warn("forward runs")
        identity = x
        out = self.one(x)
        out = F.relu_(out)
        out = self.two(out)
        out += identity
        return out.relu_()

# %% accepted: sequential
class ResidualBlock(nn.Module):
    def __init__(self, channels):
        super().__init__()
        print("building", channels)
        conv = lambda: nn.Conv2d(channels, channels, kernel_size=3, padding="same", bias=False)
        self.main = nn.Sequential(conv(), nn.BatchNorm2d(channels), nn.ReLU(), conv(), nn.BatchNorm2d(channels))
        self.last = nn.ReLU()

    def forward(self, x):
        return self.last(self.main(x) + x)

# %% accepted: two_names
class ResidualBlock(nn.Module):
    """Layers that also stand in a list; functional calls with the layers' own tensors."""

    def __init__(self, channels):
        super().__init__()
        self.norms = nn.ModuleList([nn.BatchNorm2d(channels), nn.BatchNorm2d(channels)])
        self.convs = nn.ModuleList([nn.Conv2d(channels, channels, 3) for _ in range(2)])
        self.last_norm = self.norms[1]
        self.first = self.convs[0]

    def forward(self, x):
        y = self.norms[0](self.first(F.pad(x, (1, 1, 1, 1))))
        y = torch.where(y > 0, y, torch.zeros_like(y))
        y = F.conv2d(y, self.convs[1].weight, self.convs[1].bias, padding=1)
        return (torch.add(self.last_norm(y), x)).clamp(min=0)

# %% accepted: norms_crosswise
class ResidualBlock(nn.Module):
    """Which of two equal layers comes first is a matter of names."""

    def __init__(self, channels):
        super().__init__()
        self.conv1 = nn.Conv2d(channels, channels, 3, padding=1)
        self.bn1 = nn.BatchNorm2d(channels)
        self.conv2 = nn.Conv2d(channels, channels, 3, padding=1)
        self.bn2 = nn.BatchNorm2d(channels)

    def forward(self, x):
        y = F.relu(self.bn2(self.conv1(x)))
        y = self.bn1(self.conv2(y))
        return torch.maximum(x + y, torch.zeros_like(x))

# %% wrong: batch_statistics_always, an edit of plain
# step: values, misconception: batch-statistics-in-eval
#      def forward(self, x):
#+         self.train()

# %% wrong: concatenated, an edit of plain
# step: values, misconception: concatenated
#-         return F.relu(y + x)
#+         return F.relu(torch.cat([y, x], dim=1))

# %% wrong: difference, an edit of plain
# step: values, misconception: difference-for-sum
#-         return F.relu(y + x)
#+         return F.relu(y - x)

# %% wrong: first_norm_forgotten, an edit of plain
# step: values, misconception: norm-left-out
#-         y = F.relu(self.bn1(self.conv1(x)))
#+         y = F.relu(self.conv1(x))

# %% wrong: five_by_five, an edit of plain
# step: parameters, misconception: main-kernels
#-         self.conv1 = nn.Conv2d(channels, channels, 3, padding=1)
#+         self.conv1 = nn.Conv2d(channels, channels, 5, padding=2)
# ...
#-         self.conv2 = nn.Conv2d(channels, channels, 3, padding=1)
#+         self.conv2 = nn.Conv2d(channels, channels, 5, padding=2)

# %% wrong: in_place_relu, an edit of plain
# step: values, misconception: mutates-input
#      def forward(self, x):
#+         shortcut = x
#+         x = F.relu_(x)
# ...
#-         return F.relu(y + x)
#+         return F.relu(y + shortcut)

# %% wrong: in_place_sum, an edit of plain
# step: values, misconception: mutates-input
#-         return F.relu(y + x)
#+         x += y
#+         return F.relu(x)

# %% wrong: in_place_sum_on_a_copy, an edit of plain
# step: gradients, misconception: in-place-on-saved
#      def forward(self, x):
#+         x = x.clone()
# ...
#-         return F.relu(y + x)
#+         x += y
#+         return F.relu(x)

# %% wrong: instance_norm, an edit of plain
# step: parameters, misconception: norm-count
#-         self.bn1 = nn.BatchNorm2d(channels)
#+         self.bn1 = nn.InstanceNorm2d(channels)
# ...
#-         self.bn2 = nn.BatchNorm2d(channels)
#+         self.bn2 = nn.InstanceNorm2d(channels)

# %% wrong: keras_momentum, an edit of plain
# step: training, misconception: norm-settings
#-         self.bn1 = nn.BatchNorm2d(channels)
#+         self.bn1 = nn.BatchNorm2d(channels, momentum=0.9)
# ...
#-         self.bn2 = nn.BatchNorm2d(channels)
#+         self.bn2 = nn.BatchNorm2d(channels, momentum=0.9)

# %% wrong: layers_in_forward, an edit of plain
# step: parameters, misconception: parameter-missing
#-         self.conv2 = nn.Conv2d(channels, channels, 3, padding=1)
# ...
#-         y = self.bn2(self.conv2(y))
#+         conv2 = nn.Conv2d(y.shape[1], y.shape[1], 3, padding=1)
#+         y = self.bn2(conv2(y))

# %% wrong: leaky, an edit of plain
# step: values, misconception: other-activation
#-         y = F.relu(self.bn1(self.conv1(x)))
#+         y = F.leaky_relu(self.bn1(self.conv1(x)))

# %% wrong: linear_too, an edit of plain
# step: parameters, misconception: extra-parameters
#          self.conv2 = nn.Conv2d(channels, channels, 3, padding=1)
#+         self.scale = nn.Parameter(torch.ones(1))
# ...
#-         return F.relu(y + x)
#+         return F.relu(self.scale * y + x)

# %% wrong: main_path_twice, an edit of plain
# step: training, misconception: running-statistics
#-         return F.relu(y + x)
#+         again = self.bn2(self.conv2(F.relu(self.bn1(self.conv1(x)))))
#+         return F.relu((y + again) / 2 + x)

# %% wrong: no_final_relu, an edit of plain
# step: values, misconception: no-final-relu
#-         return F.relu(y + x)
#+         return y + x

# %% wrong: no_grad, an edit of plain
# step: gradients, misconception: main-detached
#-         y = F.relu(self.bn1(self.conv1(x)))
#-         y = self.bn2(self.conv2(y))
#+         with torch.no_grad():
#+             y = F.relu(self.bn1(self.conv1(x)))
#+             y = self.bn2(self.conv2(y))

# %% wrong: no_inner_relu, an edit of plain
# step: values, misconception: no-inner-relu
#-         y = F.relu(self.bn1(self.conv1(x)))
#+         y = self.bn1(self.conv1(x))

# %% wrong: no_padding, an edit of plain
# step: values, misconception: paths-do-not-fit
#-         self.conv1 = nn.Conv2d(channels, channels, 3, padding=1)
#+         self.conv1 = nn.Conv2d(channels, channels, 3)
# ...
#-         self.conv2 = nn.Conv2d(channels, channels, 3, padding=1)
#+         self.conv2 = nn.Conv2d(channels, channels, 3)

# %% wrong: no_return, an edit of plain
# step: values, misconception: missing-return
#-         return F.relu(y + x)
#+         y = F.relu(y + x)

# %% wrong: no_running_statistics, an edit of plain
# step: parameters, misconception: norm-count
#-         self.bn1 = nn.BatchNorm2d(channels)
#+         self.bn1 = nn.BatchNorm2d(channels, track_running_stats=False)
# ...
#-         self.bn2 = nn.BatchNorm2d(channels)
#+         self.bn2 = nn.BatchNorm2d(channels, track_running_stats=False)

# %% wrong: no_shortcut, an edit of plain
# step: values, misconception: no-shortcut
#-         return F.relu(y + x)
#+         return F.relu(y)

# %% wrong: no_super, an edit of plain
# step: parameters, misconception: raised
#-         super().__init__()

# %% wrong: norm_after_sum, an edit of plain
# step: values, misconception: norm-after-sum
#-         y = self.bn2(self.conv2(y))
#-         return F.relu(y + x)
#+         y = self.conv2(y)
#+         return F.relu(self.bn2(y + x))

# %% wrong: norm_forgotten, an edit of plain
# step: values, misconception: norm-left-out
#-         y = self.bn2(self.conv2(y))
#+         y = self.conv2(y)

# %% wrong: one_convolution_for_both, an edit of plain
# step: parameters, misconception: layer-shared
#-         self.conv2 = nn.Conv2d(channels, channels, 3, padding=1)
#+         self.conv2 = self.conv1

# %% wrong: one_norm_for_both, an edit of plain
# step: parameters, misconception: norm-count
#-         self.bn2 = nn.BatchNorm2d(channels)
# ...
#-         y = self.bn2(self.conv2(y))
#+         y = self.bn1(self.conv2(y))

# %% wrong: other_eps, an edit of plain
# step: values, misconception: norm-settings
#-         self.bn1 = nn.BatchNorm2d(channels)
#+         self.bn1 = nn.BatchNorm2d(channels, eps=0.01)
# ...
#-         self.bn2 = nn.BatchNorm2d(channels)
#+         self.bn2 = nn.BatchNorm2d(channels, eps=0.01)

# %% wrong: plain_list
# step: parameters, misconception: parameter-missing
class ResidualBlock(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.convs = [nn.Conv2d(channels, channels, 3, padding=1) for _ in range(2)]
        self.bn1 = nn.BatchNorm2d(channels)
        self.bn2 = nn.BatchNorm2d(channels)

    def forward(self, x):
        y = F.relu(self.bn1(self.convs[0](x)))
        y = self.bn2(self.convs[1](y))
        return F.relu(y + x)

# %% wrong: pre_activation, an edit of plain
# step: values, misconception: pre-activation
#-         y = F.relu(self.bn1(self.conv1(x)))
#-         y = self.bn2(self.conv2(y))
#-         return F.relu(y + x)
#+         y = self.conv1(F.relu(self.bn1(x)))
#+         y = self.conv2(F.relu(self.bn2(y)))
#+         return y + x

# %% wrong: product, an edit of plain
# step: values, misconception: product-for-sum
#-         return F.relu(y + x)
#+         return F.relu(y * x)

# %% wrong: projection_always, an edit of plain
# step: parameters, misconception: projection-not-needed
#          self.conv2 = nn.Conv2d(channels, channels, 3, padding=1)
#+         self.shortcut = nn.Conv2d(channels, channels, 1)
# ...
#-         return F.relu(y + x)
#+         return F.relu(y + self.shortcut(x))

# %% wrong: reads_the_input, an edit of plain
# step: values, misconception: reads-the-input
#-         y = self.bn2(self.conv2(y))
#+         y = self.bn2(self.conv2(x))

# %% wrong: relu_before_and_after, an edit of plain
# step: values, misconception: relu-before-sum
#-         y = self.bn2(self.conv2(y))
#+         y = F.relu(self.bn2(self.conv2(y)))

# %% wrong: relu_before_norm, an edit of plain
# step: values, misconception: relu-before-norm
#-         y = F.relu(self.bn1(self.conv1(x)))
#+         y = self.bn1(F.relu(self.conv1(x)))

# %% wrong: relu_before_sum, an edit of plain
# step: values, misconception: relu-before-sum
#-         return F.relu(y + x)
#+         return F.relu(y) + x

# %% wrong: relu_first, an edit of plain
# step: values, misconception: shortcut-spoiled
#      def forward(self, x):
#+         x = F.relu(x)

# %% wrong: running_statistics_always, an edit of plain
# step: training, misconception: running-statistics-in-training
#      def forward(self, x):
#+         self.eval()

# %% wrong: shortcut_detached, an edit of plain
# step: gradients, misconception: shortcut-detached
#-         return F.relu(y + x)
#+         return F.relu(y + x.detach())

# %% wrong: shortcut_overwritten, an edit of plain
# step: values, misconception: shortcut-overwritten
#-         y = F.relu(self.bn1(self.conv1(x)))
#-         y = self.bn2(self.conv2(y))
#+         x = F.relu(self.bn1(self.conv1(x)))
#+         y = self.bn2(self.conv2(x))

# %% wrong: shortcut_twice, an edit of plain
# step: values, misconception: shortcut-twice
#          y = self.bn2(self.conv2(y))
#+         y = y + x

# %% wrong: third_convolution, an edit of plain
# step: parameters, misconception: parameter-twice
#          self.conv2 = nn.Conv2d(channels, channels, 3, padding=1)
#+         self.conv3 = nn.Conv2d(channels, channels, 3, padding=1)

# %% wrong: dropout_between, an edit of plain
# step: training, misconception: random-inside
#          super().__init__()
#+         self.drop = nn.Dropout(0.2)
# ...
#-         y = F.relu(self.bn1(self.conv1(x)))
#+         y = self.drop(F.relu(self.bn1(self.conv1(x))))

# %% wrong: dropout_at_the_end, an edit of plain
# step: training, misconception: random-inside
#          super().__init__()
#+         self.drop = nn.Dropout2d(0.1)
# ...
#-         y = self.bn2(self.conv2(y))
#+         y = self.drop(self.bn2(self.conv2(y)))

# %% wrong: functional_dropout, an edit of plain
# step: values, misconception: random-inside
#-         y = self.bn2(self.conv2(y))
#+         y = F.dropout(self.bn2(self.conv2(y)), 0.5)

# %% wrong: dropout_after_sum, an edit of plain
# step: training, misconception: random-inside
#-         return F.relu(y + x)
#+         return F.dropout(F.relu(y + x), 0.3, self.training)

# %% wrong: input_normed, an edit of plain
# step: values, misconception: norm-on-shortcut
#-         return F.relu(y + x)
#+         return F.relu(y + self.bn1(x))

# %% wrong: summed_after_first, an edit of plain
# step: values, misconception: sum-too-early
#-         y = F.relu(self.bn1(self.conv1(x)))
#-         y = self.bn2(self.conv2(y))
#+         y = F.relu(self.bn1(self.conv1(x)) + x)
#+         y = self.bn2(self.conv2(y))

# %% wrong: sigmoid_inside, an edit of plain
# step: values, misconception: other-activation
#-         y = F.relu(self.bn1(self.conv1(x)))
#+         y = torch.sigmoid(self.bn1(self.conv1(x)))

# %% wrong: reflected_edges, an edit of plain
# step: values, misconception: edges-padded-otherwise
#-         self.conv1 = nn.Conv2d(channels, channels, 3, padding=1)
#+         self.conv1 = nn.Conv2d(channels, channels, 3, padding=1, padding_mode="reflect")

# %% wrong: gelu_for_both, an edit of plain
# step: values, misconception: other-activation
#-         y = F.relu(self.bn1(self.conv1(x)))
#+         y = F.gelu(self.bn1(self.conv1(x)))
# ...
#-         return F.relu(y + x)
#+         return F.gelu(y + x)

# %% wrong: circular_edges, an edit of plain
# step: values, misconception: edges-padded-otherwise
#-         self.conv1 = nn.Conv2d(channels, channels, 3, padding=1)
#+         self.conv1 = nn.Conv2d(channels, channels, 3, padding=1, padding_mode="circular")
# ...
#-         self.conv2 = nn.Conv2d(channels, channels, 3, padding=1)
#+         self.conv2 = nn.Conv2d(channels, channels, 3, padding=1, padding_mode="circular")

# %% wrong: dilated, an edit of plain
# step: values, misconception: dilated
#-         self.conv2 = nn.Conv2d(channels, channels, 3, padding=1)
#+         self.conv2 = nn.Conv2d(channels, channels, 3, padding=2, dilation=2)

# %% wrong: relu_before_both_norms, an edit of plain
# step: values, misconception: relu-before-norm
#-         y = F.relu(self.bn1(self.conv1(x)))
#-         y = self.bn2(self.conv2(y))
#+         y = self.bn1(F.relu(self.conv1(x)))
#+         y = self.bn2(self.conv2(y))

# %% wrong: relu_layer_built, an edit of plain
# step: values, misconception: type
#-         return F.relu(y + x)
#+         return nn.ReLU(y + x)

# %% wrong: first_convolution_twice, an edit of plain
# step: values, misconception: layer-left-out
#-         y = self.bn2(self.conv2(y))
#+         y = self.bn2(self.conv1(y))

# %% wrong: not_affine, an edit of plain
# step: parameters, misconception: norm-count
#-         self.bn1 = nn.BatchNorm2d(channels)
#+         self.bn1 = nn.BatchNorm2d(channels, affine=False)

# %% wrong: both_paths_rectified, an edit of plain
# step: values, misconception: relu-before-sum
#-         y = self.bn2(self.conv2(y))
#-         return F.relu(y + x)
#+         y = self.conv2(y)
#+         return F.relu(self.bn2(y)) + F.relu(x)

# %% wrong: misspelt_layer, an edit of plain
# step: values, misconception: attribute-missing
#-         y = F.relu(self.bn1(self.conv1(x)))
#+         y = F.relu(self.bn(self.conv1(x)))

# %% wrong: input_joined_inside, an edit of plain
# step: parameters, misconception: main-channels
#-         self.conv2 = nn.Conv2d(channels, channels, 3, padding=1)
#+         self.conv2 = nn.Conv2d(2 * channels, channels, 3, padding=1)
# ...
#-         y = self.bn2(self.conv2(y))
#+         y = self.bn2(self.conv2(torch.cat([y, x], dim=1)))
