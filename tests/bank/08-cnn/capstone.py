# %% accepted: plain
class Digits(nn.Module):
    def __init__(self):
        super().__init__()
        self.first = nn.Conv2d(1, 12, 5, stride=2, padding=2, bias=False)
        self.second = nn.Conv2d(12, 24, 3, padding=1, bias=False)
        self.third = nn.Conv2d(24, 40, 3, padding=1, bias=False)
        self.norms = nn.ModuleList(nn.BatchNorm2d(channels) for channels in (12, 24, 40))
        self.last = nn.Linear(40, 10)

    def forward(self, x):
        x = self.norms[0](self.first(x)).relu()
        x = torch.max_pool2d(self.norms[1](self.second(x)).relu(), 2)
        x = self.norms[2](self.third(x)).relu()
        return self.last(x.mean((2, 3)))


def design():
    return Digits()

# %% accepted: residual
def design():
    class Block(nn.Module):
        def __init__(self, before, after):
            super().__init__()
            self.main = nn.Sequential(
                nn.Conv2d(before, after, 3, padding=1, bias=False),
                nn.BatchNorm2d(after),
                nn.ReLU(),
                nn.Conv2d(after, after, 3, padding=1, bias=False),
                nn.BatchNorm2d(after),
            )
            self.shortcut = nn.Conv2d(before, after, 1)

        def forward(self, x):
            return F.relu(self.main(x) + self.shortcut(x))

    return nn.Sequential(
        nn.Conv2d(1, 8, 5, stride=2, padding=2, bias=False),
        nn.BatchNorm2d(8),
        nn.ReLU(),
        Block(8, 12),
        nn.MaxPool2d(2),
        Block(12, 24),
        nn.AdaptiveAvgPool2d(1),
        nn.Flatten(),
        nn.Linear(24, 10),
    )

# %% accepted: separable
from collections import OrderedDict


def separable(before, after):
    return nn.Sequential(
        nn.Conv2d(before, before, 3, padding=1, groups=before, bias=False),
        nn.BatchNorm2d(before),
        nn.ReLU(),
        nn.Conv2d(before, after, 1, bias=False),
        nn.BatchNorm2d(after),
        nn.ReLU(),
    )


def design():
    return nn.Sequential(
        OrderedDict(
            stem=nn.Sequential(nn.Conv2d(1, 16, 5, stride=2, padding=2, bias=False), nn.BatchNorm2d(16), nn.ReLU()),
            one=separable(16, 32),
            pool=nn.MaxPool2d(2),
            two=separable(32, 64),
            three=separable(64, 64),
            mean=nn.AdaptiveAvgPool2d(1),
            flat=nn.Flatten(),
            last=nn.Linear(64, 10),
        )
    )

# %% wrong: a_plain_list
# step: model, misconception: list-of-layers
def design():
    return [nn.Conv2d(1, 8, 3, 2), nn.ReLU(), nn.AdaptiveAvgPool2d(4), nn.Flatten(), nn.Linear(128, 10)]

# %% wrong: argmax
# step: logits, misconception: dtype
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = nn.Sequential(nn.Flatten(), nn.Linear(784, 10))

    def forward(self, x):
        return self.layers(x).argmax(1)


def design():
    return Net()

# %% wrong: explodes
# step: accuracy, misconception: nan-loss
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.first = nn.Linear(784, 10)
        self.scale = nn.Parameter(torch.ones(()))

    def forward(self, x):
        return self.first(x.flatten(1)) * (1000 * (self.scale - 1)).exp() * (self.scale - 1).abs().sqrt().add(1)


def design():
    return Net()

# %% wrong: flatten_size
# step: cost, misconception: raised
def design():
    stages = []
    for before, after in ((1, 8), (8, 16), (16, 16)):
        stages += [nn.Conv2d(before, after, 3, padding=1), nn.BatchNorm2d(after), nn.ReLU(), nn.MaxPool2d(2)]
    return nn.Sequential(*stages, nn.Flatten(), nn.Linear(16 * 7 * 7, 10))

# %% wrong: linear_only
# step: accuracy, misconception: no-nonlinearity
def design():
    return nn.Sequential(nn.Flatten(), nn.Linear(784, 10))

# %% wrong: list_of_layers
# step: parameters, misconception: no-parameters
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = [nn.Conv2d(1, 8, 3), nn.ReLU(), nn.Flatten(), nn.Linear(8 * 26 * 26, 10)]

    def forward(self, x):
        for layer in self.layers:
            x = layer(x)
        return x


def design():
    return Net()

# %% wrong: log_of_relu
# step: logits, misconception: nan
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = nn.Sequential(nn.Conv2d(1, 8, 3, stride=2), nn.ReLU(), nn.Flatten(), nn.Linear(8 * 13 * 13, 10))

    def forward(self, x):
        x = self.layers(x)
        return (x / x.sum(1, keepdim=True)).log()


def design():
    return Net()

# %% wrong: never_smaller
# step: cost, misconception: too-expensive
def design():
    stages = [nn.Conv2d(1, 20, 3, padding=1), nn.ReLU()]
    for _ in range(4):
        stages += [nn.Conv2d(20, 20, 3, padding=1), nn.ReLU()]
    return nn.Sequential(*stages, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(20, 10))

# %% wrong: nine_classes
# step: logits, misconception: shape
def design():
    return nn.Sequential(nn.Conv2d(1, 8, 3, stride=2), nn.ReLU(), nn.AdaptiveAvgPool2d(4), nn.Flatten(), nn.Linear(128, 9))

# %% wrong: no_nonlinearity
# step: accuracy, misconception: no-nonlinearity
def design():
    return nn.Sequential(
        nn.Conv2d(1, 8, 5, stride=2), nn.Conv2d(8, 16, 5, stride=2), nn.AvgPool2d(2), nn.Flatten(), nn.Linear(64, 10)
    )

# %% wrong: no_return
# step: model, misconception: missing-return
def design():
    model = nn.Sequential(nn.Conv2d(1, 8, 3, 2), nn.ReLU(), nn.AdaptiveAvgPool2d(4), nn.Flatten(), nn.Linear(128, 10))

# %% wrong: not_flattened
# step: logits, misconception: shape
def design():
    return nn.Sequential(
        nn.Conv2d(1, 16, 3, stride=2), nn.BatchNorm2d(16), nn.ReLU(), nn.Conv2d(16, 10, 3), nn.AdaptiveAvgPool2d(1)
    )

# %% wrong: patched_by_a_factor
# step: logits, misconception: rows-mixed
class Digits(nn.Module):
    def __init__(self):
        super().__init__()
        self.features = nn.Sequential(
            nn.Conv2d(1, 8, 3, padding=1), nn.BatchNorm2d(8), nn.ReLU(), nn.MaxPool2d(2),
            nn.Conv2d(8, 16, 3, padding=1), nn.BatchNorm2d(16), nn.ReLU(), nn.MaxPool2d(2),
        )
        self.head = nn.Linear(16 * 7 * 7 // 2, 10)

    def forward(self, x):
        return self.head(self.features(x).view(-1, 16 * 7 * 7 // 2))


def design():
    return Digits()

# %% wrong: relu_at_the_end
# step: accuracy, misconception: relu-on-logits
def design():
    return nn.Sequential(nn.Flatten(), nn.Linear(784, 24), nn.ReLU(), nn.Linear(24, 10), nn.ReLU())

# %% wrong: returns_the_class
# step: model, misconception: returns-the-class
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = nn.Sequential(nn.Flatten(), nn.Linear(784, 10))

    def forward(self, x):
        return self.layers(x)


def design():
    return Net

# %% wrong: shared_model
# step: fresh, misconception: shared-model
model = nn.Sequential(
    nn.Conv2d(1, 8, 3, padding=1), nn.BatchNorm2d(8), nn.ReLU(), nn.MaxPool2d(4), nn.Flatten(), nn.Linear(8 * 49, 10)
)


def design():
    return model

# %% wrong: shared_stage
# step: fresh, misconception: shared-model
def design(stage=nn.Sequential(nn.Conv2d(1, 16, 3, stride=2), nn.BatchNorm2d(16), nn.ReLU())):
    return nn.Sequential(stage, nn.AdaptiveAvgPool2d(4), nn.Flatten(), nn.Linear(256, 10))

# %% wrong: sigmoids
# step: accuracy, misconception: constant-output
def design():
    stages = [nn.AvgPool2d(2)]
    for before, after in ((1, 8), (8, 16), (16, 16), (16, 16), (16, 16)):
        stages += [nn.Conv2d(before, after, 3), nn.Sigmoid()]
    return nn.Sequential(*stages, nn.Flatten(), nn.Linear(16 * 4 * 4, 10))

# %% wrong: softmax
# step: accuracy, misconception: softmax-in-model
def design():
    return nn.Sequential(nn.Flatten(), nn.Linear(784, 24), nn.ReLU(), nn.Linear(24, 10), nn.Softmax(dim=1))

# %% wrong: stages_in_a_list
# step: cost, misconception: unregistered-parameters
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.stages = [nn.Conv2d(1, 8, 3, 2, 1), nn.Conv2d(8, 16, 3, 2, 1)]
        self.last = nn.Linear(16 * 7 * 7, 10)

    def forward(self, x):
        for stage in self.stages:
            x = stage(x).relu()
        return self.last(x.flatten(1))


def design():
    return Net()

# %% wrong: too_many_parameters
# step: parameters, misconception: too-many-parameters
def design():
    return nn.Sequential(
        nn.Conv2d(1, 32, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(), nn.Linear(32 * 14 * 14, 10)
    )

# %% wrong: too_small
# step: accuracy, misconception: underfits
def design():
    return nn.Sequential(
        nn.Conv2d(1, 4, 3, stride=2), nn.ReLU(), nn.Conv2d(4, 8, 3, stride=2), nn.ReLU(), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(8, 10)
    )

# %% wrong: wide_maps
# step: cost, misconception: too-large-maps
def design():
    return nn.Sequential(
        nn.Upsample(scale_factor=500), nn.Conv2d(1, 64, 3), nn.ReLU(), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(64, 10)
    )

# %% wrong: width_for_features
# step: logits, misconception: width-for-features
def design():
    return nn.Sequential(
        nn.Conv2d(1, 16, 3, padding=1), nn.BatchNorm2d(16), nn.ReLU(), nn.MaxPool2d(4), nn.Conv2d(16, 7, 3, padding=1), nn.ReLU(),
        nn.Linear(7, 10),
    )
