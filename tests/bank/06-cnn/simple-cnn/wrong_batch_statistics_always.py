# step: logits
# misconception: batch-statistics-in-eval
import torch
import torch.nn.functional as F
from torch import nn


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
