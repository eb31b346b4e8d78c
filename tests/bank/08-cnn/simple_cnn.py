# %% accepted: functional_without_conv_bias
class SimpleCNN(nn.Module):
    def __init__(self, num_classes=10, in_channels=3):
        super().__init__()
        widths = (in_channels, 32, 64, 128)
        self.norms = nn.ModuleList(nn.BatchNorm2d(width) for width in widths[1:])
        self.convs = nn.ModuleList(
            nn.Conv2d(i, o, 3, padding="same", bias=False) for i, o in zip(widths, widths[1:])
        )
        self.out = nn.Linear(128, num_classes)

    def forward(self, x):
        for number, (conv, norm) in enumerate(zip(self.convs, self.norms)):
            x = norm(conv(x)).relu_()
            if number < 2:
                x = F.max_pool2d(x, kernel_size=2, stride=2)
        return self.out(x.mean((-2, -1)))

# %% accepted: one_sequential_that_pools_before_relu
class SimpleCNN(nn.Sequential):
    def __init__(self, num_classes=10, in_channels=3):
        super().__init__(
            nn.Conv2d(in_channels, 32, (3, 3), padding=(1, 1)),
            nn.BatchNorm2d(32),
            nn.MaxPool2d(2),
            nn.ReLU(inplace=True),
            nn.Conv2d(32, 64, 3, padding=1),
            nn.BatchNorm2d(64),
            nn.MaxPool2d(2),
            nn.ReLU(inplace=True),
            nn.Conv2d(64, 128, 3, padding=1),
            nn.BatchNorm2d(128),
            nn.ReLU(inplace=True),
            nn.AdaptiveAvgPool2d((1, 1)),
            nn.Flatten(),
            nn.Linear(128, num_classes),
        )
        print("built for", num_classes, "classes")

# %% accepted: own_batchnorm
class Norm(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.shift = nn.Parameter(torch.zeros(channels))
        self.scale = nn.Parameter(torch.ones(channels))
        self.register_buffer("variance", torch.ones(channels))
        self.register_buffer("average", torch.zeros(channels))

    def forward(self, x):
        average, variance = self.average, self.variance
        if self.training:
            average, variance = x.mean((0, 2, 3)), x.var((0, 2, 3), unbiased=False)
            with torch.no_grad():
                self.average.mul_(0.9).add_(0.1 * average)
                self.variance.mul_(0.9).add_(0.1 * x.var((0, 2, 3)))
        scale = self.scale / (variance + 1e-5).sqrt()
        return (x - average[:, None, None]) * scale[:, None, None] + self.shift[:, None, None]


class Stage(nn.Module):
    def __init__(self, before, after):
        super().__init__()
        self.norm = Norm(after)
        self.conv = nn.Conv2d(before, after, 3, padding=1)

    def forward(self, x):
        return F.relu(self.norm(self.conv(x)))


class SimpleCNN(nn.Module):
    def __init__(self, num_classes=10, in_channels=3):
        super().__init__()
        self.a, self.b, self.c = Stage(in_channels, 32), Stage(32, 64), Stage(64, 128)
        self.pool = nn.MaxPool2d(2)
        self.head = nn.Linear(128, num_classes)

    def forward(self, x):
        x = self.c(self.pool(self.b(self.pool(self.a(x)))))
        return self.head(x.sum((2, 3)) / (x.shape[2] * x.shape[3]))

# %% accepted: sequential
class SimpleCNN(nn.Module):
    def __init__(self, num_classes=10, in_channels=3):
        super().__init__()
        self.features = nn.Sequential(
            nn.Conv2d(in_channels, 32, 3, padding=1),
            nn.BatchNorm2d(32),
            nn.ReLU(),
            nn.MaxPool2d(2),
            nn.Conv2d(32, 64, 3, padding=1),
            nn.BatchNorm2d(64),
            nn.ReLU(),
            nn.MaxPool2d(2),
            nn.Conv2d(64, 128, 3, padding=1),
            nn.BatchNorm2d(128),
            nn.ReLU(),
            nn.AdaptiveAvgPool2d(1),
        )
        self.classifier = nn.Linear(128, num_classes)

    def forward(self, x):
        return self.classifier(self.features(x).flatten(1))

# %% wrong: always_evaluating, an edit of sequential
# step: training, misconception: running-statistics-in-training
#      def forward(self, x):
#+         self.eval()

# %% wrong: average_pooling, an edit of sequential
# step: logits, misconception: average-for-max
#              nn.BatchNorm2d(32),
#              nn.ReLU(),
#-             nn.MaxPool2d(2),
#+             nn.AvgPool2d(2),
# ...
#              nn.BatchNorm2d(64),
#              nn.ReLU(),
#-             nn.MaxPool2d(2),
#+             nn.AvgPool2d(2),

# %% wrong: batch_statistics_always
# step: logits, misconception: batch-statistics-in-eval
class SimpleCNN(nn.Module):
    def __init__(self, num_classes=10, in_channels=3):
        super().__init__()
        widths = (in_channels, 32, 64, 128)
        self.convs = nn.ModuleList(nn.Conv2d(i, o, 3, padding=1) for i, o in zip(widths, widths[1:]))
        self.norms = nn.ModuleList(nn.BatchNorm2d(o) for o in widths[1:])
        self.classifier = nn.Linear(128, num_classes)

    def forward(self, x):
        for number, (conv, norm) in enumerate(zip(self.convs, self.norms)):
            x = F.relu(F.batch_norm(conv(x), norm.running_mean, norm.running_var, norm.weight, norm.bias, training=True))
            if number < 2:
                x = F.max_pool2d(x, 2)
        return self.classifier(x.mean((2, 3)))

# %% wrong: ceil_mode, an edit of sequential
# step: any-size, misconception: ceil-for-floor
#              nn.BatchNorm2d(32),
#              nn.ReLU(),
#-             nn.MaxPool2d(2),
#+             nn.MaxPool2d(2, ceil_mode=True),
# ...
#              nn.BatchNorm2d(64),
#              nn.ReLU(),
#-             nn.MaxPool2d(2),
#+             nn.MaxPool2d(2, ceil_mode=True),

# %% wrong: channels_fixed, an edit of sequential
# step: parameters, misconception: argument-ignored
#-             nn.Conv2d(in_channels, 32, 3, padding=1),
#+             nn.Conv2d(3, 32, 3, padding=1),

# %% wrong: classes_fixed, an edit of sequential
# step: parameters, misconception: argument-ignored
#-         self.classifier = nn.Linear(128, num_classes)
#+         self.classifier = nn.Linear(128, 10)

# %% wrong: detached, an edit of sequential
# step: trainable, misconception: no-gradient
#-         return self.classifier(self.features(x).flatten(1))
#+         return self.classifier(self.features(x).detach().flatten(1))

# %% wrong: dropout, an edit of sequential
# step: training, misconception: values
#              nn.AdaptiveAvgPool2d(1),
#+             nn.Dropout(0.5),

# %% wrong: flattened_batch, an edit of sequential
# step: logits, misconception: raised
#-         return self.classifier(self.features(x).flatten(1))
#+         return self.classifier(self.features(x).flatten(0))

# %% wrong: flattened_maps, an edit of sequential
# step: parameters, misconception: flatten-for-average
#-             nn.AdaptiveAvgPool2d(1),
# ...
#-         self.classifier = nn.Linear(128, num_classes)
#+         self.classifier = nn.Linear(128 * 8 * 8, num_classes)

# %% wrong: global_maximum, an edit of sequential
# step: logits, misconception: max-for-average
#-             nn.AdaptiveAvgPool2d(1),
#+             nn.AdaptiveMaxPool2d(1),

# %% wrong: hidden_linear, an edit of sequential
# step: parameters, misconception: extra-parameters
#-         self.classifier = nn.Linear(128, num_classes)
#+         self.classifier = nn.Sequential(nn.Linear(128, 128), nn.ReLU(), nn.Linear(128, num_classes))

# %% wrong: kernels_of_five, an edit of sequential
# step: parameters, misconception: parameter-missing
#-             nn.Conv2d(in_channels, 32, 3, padding=1),
#+             nn.Conv2d(in_channels, 32, 5, padding=2),
# ...
#-             nn.Conv2d(32, 64, 3, padding=1),
#+             nn.Conv2d(32, 64, 5, padding=2),
# ...
#-             nn.Conv2d(64, 128, 3, padding=1),
#+             nn.Conv2d(64, 128, 5, padding=2),

# %% wrong: log_softmax, an edit of sequential
# step: logits, misconception: softmax-in-model
#-         return self.classifier(self.features(x).flatten(1))
#+         return F.log_softmax(self.classifier(self.features(x).flatten(1)), dim=1)

# %% wrong: no_batchnorm, an edit of sequential
# step: parameters, misconception: batchnorm-missing
#-             nn.BatchNorm2d(32),
# ...
#-             nn.BatchNorm2d(64),
# ...
#-             nn.BatchNorm2d(128),

# %% wrong: no_padding, an edit of sequential
# step: logits, misconception: no-padding
#-             nn.Conv2d(in_channels, 32, 3, padding=1),
#+             nn.Conv2d(in_channels, 32, 3),
# ...
#-             nn.Conv2d(32, 64, 3, padding=1),
#+             nn.Conv2d(32, 64, 3),
# ...
#-             nn.Conv2d(64, 128, 3, padding=1),
#+             nn.Conv2d(64, 128, 3),

# %% wrong: no_relu, an edit of sequential
# step: logits, misconception: relu-missing
#              nn.BatchNorm2d(32),
#-             nn.ReLU(),
# ...
#              nn.BatchNorm2d(64),
#-             nn.ReLU(),
# ...
#              nn.BatchNorm2d(128),
#-             nn.ReLU(),

# %% wrong: no_running_statistics, an edit of sequential
# step: parameters, misconception: batchnorm-missing
#-             nn.BatchNorm2d(32),
#+             nn.BatchNorm2d(32, track_running_stats=False),
# ...
#-             nn.BatchNorm2d(64),
#+             nn.BatchNorm2d(64, track_running_stats=False),
# ...
#-             nn.BatchNorm2d(128),
#+             nn.BatchNorm2d(128, track_running_stats=False),

# %% wrong: one_pooling, an edit of sequential
# step: logits, misconception: pooling-missing
#              nn.BatchNorm2d(64),
#              nn.ReLU(),
#-             nn.MaxPool2d(2),

# %% wrong: other_momentum, an edit of sequential
# step: training, misconception: wrong-statistics
#-             nn.BatchNorm2d(32),
#+             nn.BatchNorm2d(32, momentum=0.01),
# ...
#-             nn.BatchNorm2d(64),
#+             nn.BatchNorm2d(64, momentum=0.01),
# ...
#-             nn.BatchNorm2d(128),
#+             nn.BatchNorm2d(128, momentum=0.01),

# %% wrong: own_biased_variance, an edit of own_batchnorm
# step: training, misconception: biased-variance
#-                 self.variance.mul_(0.9).add_(0.1 * x.var((0, 2, 3)))
#+                 self.variance.mul_(0.9).add_(0.1 * variance)

# %% wrong: own_statistics_not_kept, an edit of own_batchnorm
# step: training, misconception: statistics-not-updated
#-                 self.average.mul_(0.9).add_(0.1 * average)
#-                 self.variance.mul_(0.9).add_(0.1 * x.var((0, 2, 3)))
#+                 self.average.mul_(1.0)

# %% wrong: plain_list
# step: parameters, misconception: parameter-missing
class SimpleCNN(nn.Module):
    def __init__(self, num_classes=10, in_channels=3):
        super().__init__()
        widths = (in_channels, 32, 64, 128)
        self.stages = [
            nn.Sequential(nn.Conv2d(i, o, 3, padding=1), nn.BatchNorm2d(o), nn.ReLU()) for i, o in zip(widths, widths[1:])
        ]
        self.classifier = nn.Linear(128, num_classes)

    def forward(self, x):
        first, second, third = self.stages
        x = third(F.max_pool2d(second(F.max_pool2d(first(x), 2)), 2))
        return self.classifier(x.mean((2, 3)))

# %% wrong: pool_of_eight, an edit of sequential
# step: any-size, misconception: raised
#-             nn.AdaptiveAvgPool2d(1),
#+             nn.AvgPool2d(8),

# %% wrong: pool_stride_one, an edit of sequential
# step: logits, misconception: pool-stride-one
#              nn.BatchNorm2d(32),
#              nn.ReLU(),
#-             nn.MaxPool2d(2),
#+             nn.MaxPool2d(2, stride=1),
# ...
#              nn.BatchNorm2d(64),
#              nn.ReLU(),
#-             nn.MaxPool2d(2),
#+             nn.MaxPool2d(2, stride=1),

# %% wrong: pooled_before_norm, an edit of sequential
# step: logits, misconception: pooled-before-norm
#              nn.Conv2d(in_channels, 32, 3, padding=1),
#+             nn.MaxPool2d(2),
# ...
#              nn.BatchNorm2d(32),
#              nn.ReLU(),
#+             nn.Conv2d(32, 64, 3, padding=1),
# ...
#-             nn.Conv2d(32, 64, 3, padding=1),
# ...
#              nn.BatchNorm2d(64),
#              nn.ReLU(),
#-             nn.MaxPool2d(2),

# %% wrong: relu_before_norm
# step: logits, misconception: relu-before-norm
class SimpleCNN(nn.Module):
    def __init__(self, num_classes=10, in_channels=3):
        super().__init__()
        self.features = nn.Sequential(
            nn.Conv2d(in_channels, 32, 3, padding=1),
            nn.ReLU(),
            nn.BatchNorm2d(32),
            nn.MaxPool2d(2),
            nn.Conv2d(32, 64, 3, padding=1),
            nn.ReLU(),
            nn.BatchNorm2d(64),
            nn.MaxPool2d(2),
            nn.Conv2d(64, 128, 3, padding=1),
            nn.ReLU(),
            nn.BatchNorm2d(128),
            nn.AdaptiveAvgPool2d(1),
        )
        self.classifier = nn.Linear(128, num_classes)

    def forward(self, x):
        return self.classifier(self.features(x).flatten(1))

# %% wrong: relu_on_logits, an edit of sequential
# step: logits, misconception: relu-on-logits
#-         return self.classifier(self.features(x).flatten(1))
#+         return F.relu(self.classifier(self.features(x).flatten(1)))

# %% wrong: softmax, an edit of sequential
# step: logits, misconception: softmax-in-model
#-         return self.classifier(self.features(x).flatten(1))
#+         return self.classifier(self.features(x).flatten(1)).softmax(dim=1)

# %% wrong: squeezed, an edit of sequential
# step: one-image, misconception: batch-axis-lost
#-         return self.classifier(self.features(x).flatten(1))
#+         return self.classifier(self.features(x).squeeze())

# %% wrong: strided_convolution, an edit of sequential
# step: logits, misconception: values
#-             nn.Conv2d(32, 64, 3, padding=1),
#-             nn.BatchNorm2d(64),
#-             nn.ReLU(),
#-             nn.MaxPool2d(2),
#+             nn.Conv2d(32, 64, 3, stride=2, padding=1),
#+             nn.BatchNorm2d(64),
#+             nn.ReLU(),

# %% wrong: three_poolings, an edit of sequential
# step: logits, misconception: pooled-thrice
#              nn.BatchNorm2d(128),
#              nn.ReLU(),
#+             nn.MaxPool2d(2),
