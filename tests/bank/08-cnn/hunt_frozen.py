# %% accepted: module_list
class Tower(nn.Module):
    def __init__(self, in_channels, channels, depth, num_classes):
        super().__init__()
        sources = [in_channels] + [channels] * (depth - 1)
        self.convolutions = nn.ModuleList([nn.Conv2d(source, channels, 3, padding=1) for source in sources])
        self.head = nn.Linear(channels, num_classes)

    def forward(self, x):
        for convolution in self.convolutions:
            x = F.relu(convolution(x))
        return self.head(x.mean(dim=(2, 3)))

# %% accepted: sequential
class Tower(nn.Module):
    def __init__(self, in_channels, channels, depth, num_classes):
        super().__init__()
        layers = []
        for number in range(depth):
            layers += [nn.Conv2d(channels if number else in_channels, channels, 3, padding=1), nn.ReLU()]
        self.body = nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(channels, num_classes))

    def forward(self, x):
        return self.body(x)

# %% accepted: added_one_by_one
class Tower(nn.Module):
    def __init__(self, in_channels, channels, depth, num_classes):
        super().__init__()
        self.head = nn.Linear(channels, num_classes)
        self.depth = depth
        for number in range(depth):
            self.add_module(f"conv{number}", nn.Conv2d(in_channels if number == 0 else channels, channels, 3, padding="same"))

    def forward(self, x):
        for number in range(self.depth):
            x = getattr(self, f"conv{number}")(x).clamp(min=0)
        return self.head(x.mean((2, 3)))

# %% wrong: as_it_was, an edit of module_list
# step: parameters, misconception: layers-in-a-list
#-         self.convolutions = nn.ModuleList([nn.Conv2d(source, channels, 3, padding=1) for source in sources])
#+         self.convolutions = [nn.Conv2d(source, channels, 3, padding=1) for source in sources]

# %% wrong: in_a_dict, an edit of module_list
# step: parameters, misconception: layers-in-a-list
#-         self.convolutions = nn.ModuleList([nn.Conv2d(source, channels, 3, padding=1) for source in sources])
#+         self.layers = {number: nn.Conv2d(source, channels, 3, padding=1) for number, source in enumerate(sources)}
# ...
#-         for convolution in self.convolutions:
#+         for convolution in self.layers.values():

# %% wrong: one_layer_many_times, an edit of module_list
# step: parameters, misconception: layer-shared
#-         self.convolutions = nn.ModuleList([nn.Conv2d(source, channels, 3, padding=1) for source in sources])
#+         layers = [nn.Conv2d(in_channels, channels, 3, padding=1)] + [nn.Conv2d(channels, channels, 3, padding=1)] * (depth - 1)
#+         self.convolutions = nn.ModuleList(layers)

# %% wrong: more_layers, an edit of module_list
# step: parameters, misconception: extra-parameters
#-         self.head = nn.Linear(channels, num_classes)
#+         self.head = nn.Linear(channels, num_classes)
#+         self.norm = nn.BatchNorm2d(channels)

# %% wrong: no_relu, an edit of module_list
# step: values, misconception: relu-missing
#-             x = F.relu(convolution(x))
#+             x = convolution(x)

# %% wrong: largest, an edit of module_list
# step: values, misconception: max-for-average
#-         return self.head(x.mean(dim=(2, 3)))
#+         return self.head(x.amax(dim=(2, 3)))

# %% wrong: only_the_first, an edit of module_list
# step: values, misconception: last-layer-only
#-         for convolution in self.convolutions:
#+         for convolution in self.convolutions[:1]:

# %% wrong: detached, an edit of module_list
# step: learns, misconception: no-gradient
#-         return self.head(x.mean(dim=(2, 3)))
#+         return self.head(x.mean(dim=(2, 3)).detach())

# %% wrong: no_super, an edit of module_list
# step: parameters, misconception: raised
#-         super().__init__()

# %% wrong: sequential_of_a_list, an edit of module_list
# step: parameters, misconception: raised
#-         self.convolutions = nn.ModuleList([nn.Conv2d(source, channels, 3, padding=1) for source in sources])
#+         self.convolutions = nn.Sequential([nn.Conv2d(source, channels, 3, padding=1) for source in sources])

# %% wrong: in_channels_for_all, an edit of module_list
# step: parameters, misconception: other-channels
#-         sources = [in_channels] + [channels] * (depth - 1)
#-         self.convolutions = nn.ModuleList([nn.Conv2d(source, channels, 3, padding=1) for source in sources])
#+         self.convolutions = nn.ModuleList(nn.Conv2d(in_channels, channels, 3, padding=1) for _ in range(depth))
