# %% accepted: biases_registered_first
class Conv(nn.Module):
    def __init__(self, before, after, kernel):
        super().__init__()
        self.offset = nn.Parameter(torch.zeros(after))
        self.kernels = nn.Parameter(0.05 * torch.randn(after, before, kernel, kernel))

    def forward(self, x):
        return F.conv2d(x, self.kernels, self.offset, padding="same")


class CNNWithResidual(nn.Module):
    def __init__(self, num_classes=10):
        super().__init__()
        self.first = Conv(1, 32, 3)
        self.second = nn.ModuleList([Conv(32, 64, 1), Conv(64, 64, 3), Conv(32, 64, 3)])
        self.third = nn.ModuleList([Conv(64, 128, 1), Conv(128, 128, 3), Conv(64, 128, 3)])
        self.hidden, self.last = nn.Linear(1152, 512), nn.Linear(512, num_classes)

    def forward(self, x):
        x = F.max_pool2d(self.first(x).relu(), 2)
        for shortcut, conv2, conv1 in (self.second, self.third):
            x = F.max_pool2d((conv2(conv1(x).relu()) + shortcut(x)).relu(), 2)
        return self.last(self.hidden(x.reshape(len(x), -1)).relu())

# %% accepted: blocks
class Block(nn.Module):
    def __init__(self, in_channels, out_channels):
        super().__init__()
        self.conv1 = nn.Conv2d(in_channels, out_channels, 3, padding=1)
        self.conv2 = nn.Conv2d(out_channels, out_channels, 3, padding=1)
        self.shortcut = nn.Conv2d(in_channels, out_channels, 1)

    def forward(self, x):
        y = self.conv2(F.relu(self.conv1(x)))
        return F.relu(y + self.shortcut(x))


class CNNWithResidual(nn.Module):
    def __init__(self, num_classes=10):
        super().__init__()
        self.conv = nn.Conv2d(1, 32, 3, padding=1)
        self.block1 = Block(32, 64)
        self.block2 = Block(64, 128)
        self.pool = nn.MaxPool2d(2)
        self.fc1 = nn.Linear(128 * 3 * 3, 512)
        self.fc2 = nn.Linear(512, num_classes)

    def forward(self, x):
        x = self.pool(F.relu(self.conv(x)))
        x = self.pool(self.block1(x))
        x = self.pool(self.block2(x))
        x = x.flatten(1)
        x = F.relu(self.fc1(x))
        return self.fc2(x)

# %% accepted: one_sequential
class Sum(nn.Module):
    def __init__(self, before, after):
        super().__init__()
        self.way = nn.Conv2d(before, after, kernel_size=1)
        self.main = nn.Sequential(
            nn.Conv2d(before, after, 3, padding="same"), nn.ReLU(inplace=True), nn.Conv2d(after, after, 3, padding="same")
        )

    def forward(self, x):
        total = self.main(x)
        total += self.way(x)
        return total.clamp(min=0)


class CNNWithResidual(nn.Sequential):
    def __init__(self, num_classes=10):
        super().__init__(
            nn.Conv2d(1, 32, 3, padding=1), nn.MaxPool2d(2), nn.ReLU(inplace=True),
            Sum(32, 64), nn.MaxPool2d(2),
            Sum(64, 128), nn.MaxPool2d(2),
            nn.Flatten(), nn.Linear(1152, 512), nn.ReLU(), nn.Linear(512, num_classes),
        )

# %% accepted: view_of_1152
class Block(nn.Module):
    def __init__(self, in_channels, out_channels):
        super().__init__()
        self.conv1 = nn.Conv2d(in_channels, out_channels, 3, padding=1)
        self.conv2 = nn.Conv2d(out_channels, out_channels, 3, padding=1)
        self.shortcut = nn.Conv2d(in_channels, out_channels, 1)

    def forward(self, x):
        y = self.conv2(F.relu(self.conv1(x)))
        return F.relu(y + self.shortcut(x))


class CNNWithResidual(nn.Module):
    def __init__(self, num_classes=10):
        super().__init__()
        self.conv = nn.Conv2d(1, 32, 3, padding=1)
        self.block1 = Block(32, 64)
        self.block2 = Block(64, 128)
        self.pool = nn.MaxPool2d(2)
        self.fc1 = nn.Linear(128 * 3 * 3, 512)
        self.fc2 = nn.Linear(512, num_classes)

    def forward(self, x):
        x = self.pool(F.relu(self.conv(x)))
        x = self.pool(self.block1(x))
        x = self.pool(self.block2(x))
        x = x.view(-1, 1152)
        x = F.relu(self.fc1(x))
        return self.fc2(x)

# %% wrong: average_pooling, an edit of blocks
# step: values, misconception: average-for-max
#-         self.pool = nn.MaxPool2d(2)
#+         self.pool = nn.AvgPool2d(2)

# %% wrong: batchnorm_added, an edit of blocks
# step: parameters, misconception: extra-parameters
#          self.conv = nn.Conv2d(1, 32, 3, padding=1)
#+         self.norm = nn.BatchNorm2d(32)

# %% wrong: ceil_mode, an edit of blocks
# step: parameters, misconception: ceil-for-floor
#-         self.pool = nn.MaxPool2d(2)
#-         self.fc1 = nn.Linear(128 * 3 * 3, 512)
#+         self.pool = nn.MaxPool2d(2, ceil_mode=True)
#+         self.fc1 = nn.Linear(128 * 4 * 4, 512)

# %% wrong: classes_fixed, an edit of blocks
# step: parameters, misconception: argument-ignored
#-         self.fc2 = nn.Linear(512, num_classes)
#+         self.fc2 = nn.Linear(512, 10)

# %% wrong: detached_shortcut, an edit of blocks
# step: trainable, misconception: wrong-gradient
#-         return F.relu(y + self.shortcut(x))
#+         return F.relu(y + self.shortcut(x.detach()))

# %% wrong: dropout, an edit of blocks
# step: large-batch, misconception: values
#-         x = F.relu(self.fc1(x))
#+         x = F.dropout(F.relu(self.fc1(x)), 0.5, self.training)

# %% wrong: flattened_batch, an edit of blocks
# step: rows, misconception: raised
#-         x = x.flatten(1)
#+         x = x.flatten(0)

# %% wrong: global_average, an edit of blocks
# step: parameters, misconception: average-for-flatten
#-         self.fc1 = nn.Linear(128 * 3 * 3, 512)
#+         self.fc1 = nn.Linear(128, 512)
# ...
#-         x = x.flatten(1)
#+         x = x.mean((2, 3))

# %% wrong: in_place_after_relu, an edit of blocks
# step: trainable, misconception: raised
#-         return F.relu(y + self.shortcut(x))
#+         y = y + self.shortcut(x)
#+         out = F.relu(y)
#+         out += 0
#+         return out * 1

# %% wrong: linear_shortcut, an edit of blocks
# step: parameters, misconception: linear-for-convolution
#-         self.shortcut = nn.Conv2d(in_channels, out_channels, 1)
#+         self.shortcut = nn.Linear(in_channels, out_channels)

# %% wrong: log_softmax, an edit of blocks
# step: values, misconception: softmax-in-model
#-         return self.fc2(x)
#+         return self.fc2(x).log_softmax(1)

# %% wrong: missing_rows_filled, an edit of blocks
# step: rows, misconception: rows-mixed
#-         x = x.flatten(1)
#+         x = F.pad(x.flatten(1), (0, 128 * 49 - 1152)).view(-1, 448)
#+         x = F.pad(x, (0, 1152 - 448))

# %% wrong: no_bias, an edit of blocks
# step: parameters, misconception: parameter-missing
#-         self.shortcut = nn.Conv2d(in_channels, out_channels, 1)
#+         self.shortcut = nn.Conv2d(in_channels, out_channels, 1, bias=False)

# %% wrong: no_final_relu, an edit of blocks
# step: values, misconception: no-final-relu
#-         return F.relu(y + self.shortcut(x))
#+         return y + self.shortcut(x)

# %% wrong: no_first_relu, an edit of blocks
# step: values, misconception: no-first-relu
#-         x = self.pool(F.relu(self.conv(x)))
#+         x = self.pool(self.conv(x))

# %% wrong: no_flatten, an edit of blocks
# step: rows, misconception: raised
#-         x = x.flatten(1)

# %% wrong: no_hidden_relu, an edit of blocks
# step: values, misconception: no-hidden-relu
#-         x = F.relu(self.fc1(x))
#+         x = self.fc1(x)

# %% wrong: no_inner_relu, an edit of blocks
# step: values, misconception: no-inner-relu
#-         y = self.conv2(F.relu(self.conv1(x)))
#+         y = self.conv2(self.conv1(x))

# %% wrong: no_shortcut, an edit of blocks
# step: values, misconception: no-shortcut
#-         return F.relu(y + self.shortcut(x))
#+         return F.relu(y)

# %% wrong: no_third_pooling, an edit of blocks
# step: parameters, misconception: flatten-before-pooling
#-         self.fc1 = nn.Linear(128 * 3 * 3, 512)
#+         self.fc1 = nn.Linear(128 * 7 * 7, 512)
# ...
#-         x = self.pool(self.block2(x))
#+         x = self.block2(x)

# %% wrong: plain_list, an edit of blocks
# step: parameters, misconception: parameter-missing
#-         self.block1 = Block(32, 64)
#-         self.block2 = Block(64, 128)
#+         self.blocks = [Block(32, 64), Block(64, 128)]
# ...
#-         x = self.pool(self.block1(x))
#-         x = self.pool(self.block2(x))
#+         x = self.pool(self.blocks[0](x))
#+         x = self.pool(self.blocks[1](x))

# %% wrong: pooled_shortcut_without_channels, an edit of blocks
# step: parameters, misconception: parameter-missing
#-         self.shortcut = nn.Conv2d(in_channels, out_channels, 1)
#+         self.shortcut = nn.Identity()

# %% wrong: product, an edit of blocks
# step: values, misconception: product-for-sum
#-         return F.relu(y + self.shortcut(x))
#+         return F.relu(y * self.shortcut(x))

# %% wrong: relu_before_sum, an edit of blocks
# step: values, misconception: relu-before-sum
#-         return F.relu(y + self.shortcut(x))
#+         return F.relu(y) + self.shortcut(x)

# %% wrong: relu_before_sum_and_after, an edit of blocks
# step: values, misconception: relu-before-sum
#-         return F.relu(y + self.shortcut(x))
#+         return F.relu(F.relu(y) + self.shortcut(x))

# %% wrong: relu_on_logits, an edit of blocks
# step: values, misconception: relu-on-logits
#-         return self.fc2(x)
#+         return F.relu(self.fc2(x))

# %% wrong: resized_to_7x7, an edit of blocks
# step: parameters, misconception: flatten-before-pooling
#-         self.fc1 = nn.Linear(128 * 3 * 3, 512)
#+         self.fc1 = nn.Linear(128 * 7 * 7, 512)
# ...
#-         x = x.flatten(1)
#+         x = F.adaptive_avg_pool2d(x, 7).flatten(1)

# %% wrong: second_reads_input, an edit of blocks
# step: rows, misconception: raised
#-         y = self.conv2(F.relu(self.conv1(x)))
#+         y = self.conv2(x)

# %% wrong: second_reads_shortcut, an edit of blocks
# step: values, misconception: reads-the-input
#-         y = self.conv2(F.relu(self.conv1(x)))
#+         y = self.conv2(self.shortcut(x))

# %% wrong: shortcut_3x3, an edit of blocks
# step: parameters, misconception: parameter-twice
#-         self.shortcut = nn.Conv2d(in_channels, out_channels, 1)
#+         self.shortcut = nn.Conv2d(in_channels, out_channels, 3, padding=1)

# %% wrong: shortcut_twice, an edit of blocks
# step: values, misconception: shortcut-twice
#-         return F.relu(y + self.shortcut(x))
#+         return F.relu(y + self.shortcut(x) + self.shortcut(x))

# %% wrong: softmax, an edit of blocks
# step: values, misconception: softmax-in-model
#-         return self.fc2(x)
#+         return self.fc2(x).softmax(1)

# %% wrong: squeezed, an edit of blocks
# step: rows, misconception: batch-axis-lost
#-         return self.fc2(x)
#+         return self.fc2(x).squeeze()

# %% wrong: view_of_7x7, an edit of blocks
# step: parameters, misconception: flatten-before-pooling
#-         self.fc1 = nn.Linear(128 * 3 * 3, 512)
#+         self.fc1 = nn.Linear(128 * 7 * 7, 512)
# ...
#-         x = x.flatten(1)
#+         x = x.view(-1, 128 * 7 * 7)

# %% wrong: view_of_7x7_linear_right, an edit of blocks
# step: rows, misconception: raised
#-         x = x.flatten(1)
#+         x = x.view(-1, 128 * 7 * 7)

# %% wrong: shortcut_of_main_path
# step: rows, misconception: shortcut-of-main-path
class Block(nn.Module):
    def __init__(self, cin, cout):
        super().__init__()
        self.conv1 = nn.Conv2d(cin, cout, 3, padding=1)
        self.conv2 = nn.Conv2d(cout, cout, 3, padding=1)
        self.shortcut = nn.Conv2d(cin, cout, 1)

    def forward(self, x):
        x = F.relu(self.conv1(x))
        x = self.conv2(x)
        return F.relu(x + self.shortcut(x))


class CNNWithResidual(nn.Module):
    def __init__(self, num_classes=10):
        super().__init__()
        self.conv = nn.Conv2d(1, 32, 3, padding=1)
        self.block1 = Block(32, 64)
        self.block2 = Block(64, 128)
        self.fc1 = nn.Linear(128 * 3 * 3, 512)
        self.fc2 = nn.Linear(512, num_classes)

    def forward(self, x):
        x = F.max_pool2d(F.relu(self.conv(x)), 2)
        x = F.max_pool2d(self.block1(x), 2)
        x = F.max_pool2d(self.block2(x), 2)
        return self.fc2(F.relu(self.fc1(x.flatten(1))))

# %% wrong: blocks_without_padding
# step: rows, misconception: no-padding
class Block(nn.Module):
    def __init__(self, cin, cout):
        super().__init__()
        self.conv1 = nn.Conv2d(cin, cout, 3)
        self.conv2 = nn.Conv2d(cout, cout, 3)
        self.shortcut = nn.Conv2d(cin, cout, 1)

    def forward(self, x):
        return F.relu(self.conv2(F.relu(self.conv1(x))) + self.shortcut(x))


class CNNWithResidual(nn.Module):
    def __init__(self, num_classes=10):
        super().__init__()
        self.conv = nn.Conv2d(1, 32, 3, padding=1)
        self.block1 = Block(32, 64)
        self.block2 = Block(64, 128)
        self.fc1 = nn.Linear(128 * 3 * 3, 512)
        self.fc2 = nn.Linear(512, num_classes)

    def forward(self, x):
        x = F.max_pool2d(F.relu(self.conv(x)), 2)
        x = F.max_pool2d(self.block1(x), 2)
        x = F.max_pool2d(self.block2(x), 2)
        return self.fc2(F.relu(self.fc1(x.flatten(1))))
