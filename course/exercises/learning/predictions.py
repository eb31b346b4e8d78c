"""The predictions of lesson 04, in the order of its notebook."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import nn

from course.arithmetic import receptive_field
from course.checking.prediction import Prediction
from course.language import N_

two_windows = Prediction(
    "two-windows",
    N_(
        "Two 3×3 convolutions with stride 1 follow each other. How many pixels wide is the patch that one number of the second map depends on?"
    ),
    lambda: receptive_field([(3, 1), (3, 1)]).size,
    N_(
        "The second window is 3 numbers wide, and each of them sees 3 pixels: 3 + (3 − 1) = 5. It is the receptive field of lesson 02."
    ),
    {
        N_("That is the first window alone."): 3,
        N_("The windows overlap, so their widths do not add up: only 2 pixels are new."): 6,
        N_("That counts the products. The windows overlap."): 9,
    },
)

first_weight_shape = Prediction(
    "first-weight-shape",
    N_("What is the shape of the weight of `nn.Conv2d(8, 16, 5)`?"),
    lambda: tuple(nn.Conv2d(8, 16, 5).weight.shape),
    N_("(out_channels, in_channels, height, width): 16 kernels, each with a slice for each of the 8 input channels."),
    {
        N_("The kernels come first, then the channels that each of them sees."): (8, 16, 5, 5),
        N_("That is TensorFlow's order."): (5, 5, 8, 16),
    },
)


def _one_for_two() -> str:
    first, second, photo = torch.randn(1, 1, 3, 3), torch.randn(1, 1, 3, 3), torch.randn(1, 1, 9, 9)
    for size in (3, 5, 9):
        if size == 5 and torch.allclose(
            F.conv2d(F.conv2d(photo, first), second), F.conv2d(photo, F.conv_transpose2d(first, second)), atol=1e-4
        ):
            return f"yes, of {size}×{size}"
    return "no"


two_as_one = Prediction(
    "two-as-one",
    N_(
        "A 3×3 convolution, then another 3×3 convolution on its map, with nothing in between. Is there one kernel that gives the same map, for every picture?"
    ),
    _one_for_two,
    N_(
        "One number of the second map is a sum over 5×5 pixels, each times a fixed number. These 25 numbers are a kernel."
    ),
    {
        N_("One number of the second map depends on more than 3×3 pixels."): "yes, of 3×3",
        N_("The second layer does nothing but multiply and add, like the first. Sums of sums are sums."): "no",
    },
    choices=("no", "yes, of 3×3", "yes, of 5×5", "yes, of 9×9"),
)


def _turned_around() -> bool:
    first, second = torch.randn(1, 1, 3, 3), torch.randn(1, 1, 3, 3)
    photo = torch.randn(1, 1, 9, 9)
    map_of, map_of_negative = (F.conv2d(F.conv2d(x, first).clamp(min=0), second) for x in (photo, -photo))
    return torch.allclose(map_of, -map_of_negative, atol=1e-4)


bend_between = Prediction(
    "bend-between",
    N_(
        "Now every negative number of the first map becomes 0 before the second convolution. Is there still one kernel that gives the same, for every picture? (True or False)"
    ),
    _turned_around,
    N_(
        "With one kernel, the negative of a picture would give the negative of its map. Here it does not: other numbers become 0."
    ),
    {N_("Which numbers become 0 depends on the picture. A kernel's numbers do not."): True},
    choices=(True, False),
)

pooled_values = Prediction(
    "pooled-values",
    N_(
        "A 4×4 map holds 0, 1, 2, … 15, row by row. Which four numbers does `nn.MaxPool2d(2)` leave, row by row? Write a list."
    ),
    lambda: [int(value) for value in F.max_pool2d(torch.arange(16.0).reshape(1, 4, 4), 2).flatten()],
    N_("The windows lie side by side. The largest number of each is at its lower right."),
    {
        N_("That is the smallest of each window."): [0, 2, 8, 10],
        N_("Those are the four largest of the whole map. Each window gives one number."): [12, 13, 14, 15],
        N_("Those are the means of the windows."): [2.5, 4.5, 10.5, 12.5],
    },
)

pooled_border = Prediction(
    "pooled-border",
    N_("A map holds −1 everywhere. What does `nn.MaxPool2d(3, stride=1, padding=1)` leave in its corner?"),
    lambda: float(nn.MaxPool2d(3, stride=1, padding=1)(-torch.ones(1, 4, 4))[0, 0, 0]),
    N_("The padding of max pooling never wins: it counts as minus infinity, not as 0."),
    {N_("The border of a convolution holds zeros. Here zeros would win wherever a map is negative."): 0.0},
)


def _after_two_backward_calls() -> float:
    w = torch.tensor(3.0, requires_grad=True)
    for _call in range(2):
        ((3 * w - 12) ** 2).backward()  # type: ignore[no-untyped-call]
    assert w.grad is not None
    return w.grad.item()


backward_twice = Prediction(
    "backward-twice",
    N_(
        "The two lines `loss = (3 * w - 12) ** 2` and `loss.backward()` are run once more, with the same `w`. What is `w.grad` then?"
    ),
    _after_two_backward_calls,
    N_("`backward` adds to the gradient that is there: −18 and −18 again."),
    {N_("The second gradient is −18 too, but it does not replace the first one."): -18.0},
)


def _kernel_of_a_flat_photo() -> str:
    flat = torch.full((1, 1, 12, 12), 0.5)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        weight = torch.randn(1, 1, 3, 3, requires_grad=True)
    optimizer = torch.optim.Adam([weight], lr=0.1)
    for _step in range(300):
        optimizer.zero_grad()
        F.conv2d(flat, weight).square().mean().backward()  # type: ignore[no-untyped-call]
        optimizer.step()
    learned = weight.detach()[0, 0]
    if bool(learned.abs().max() < 0.01):
        return "all zeros"
    sobel = torch.tensor([[-1.0, 0.0, 1.0], [-2.0, 0.0, 2.0], [-1.0, 0.0, 1.0]])
    return "the Sobel kernel" if torch.allclose(learned, sobel, atol=0.2) else "another one"


flat_photo = Prediction(
    "flat-photo",
    N_(
        "The photo is flat, each pixel 0.5, so Sobel's map of it is 0 everywhere. A kernel that begins with random numbers learns from this pair until the loss is almost 0. Which kernel comes out?"
    ),
    _kernel_of_a_flat_photo,
    N_(
        "On a flat photo a kernel gives 0.5 times the sum of its numbers. Every kernel whose sum is 0 is perfect there. The loss cannot tell them apart."
    ),
    {
        N_("It has a loss of 0, but so have many others. Nothing leads to it."): "the Sobel kernel",
        N_("It has a loss of 0, but so have many others, and one of them is nearer to the start."): "all zeros",
    },
    choices=("the Sobel kernel", "all zeros", "another one"),
)

ten_sigmoids = Prediction(
    "ten-sigmoids",
    N_(
        "The sigmoid 1 / (1 + exp(−x)) is steepest at 0, where its slope is 1/4. Ten of them follow each other. At most how steep is the whole? (slopes multiply)"
    ),
    lambda: 1e-6 if 0.25**10 < 2e-6 else 0.25,
    N_("0.25 to the power of 10 is about 0.000001. A change at the beginning hardly reaches the end."),
    {N_("Slopes in a row multiply."): 2.5, N_("That is one of them."): 0.25},
    choices=(2.5, 0.25, 0.025, 1e-6),
)

loss_at_start = Prediction(
    "loss-at-start",
    N_("A network for 10 classes knows nothing yet: all its logits are equal. What is its cross-entropy?"),
    lambda: round(float(F.cross_entropy(torch.zeros(1, 10), torch.tensor([3]))), 1),
    N_("Each class gets the probability 1/10, and −ln(1/10) = ln 10 = 2.3."),
    {
        N_("That is the probability of the right class. The loss is minus its logarithm."): 0.1,
        N_("A loss of 0 would mean that the network is sure, and right."): 0.0,
    },
    choices=(0.0, 0.1, 1.0, 2.3, 10.0),
)


def _kept_after(values: list[float], momentum: float = 0.1) -> float:
    """The running variance after one batch of these values, seen from outside."""
    norm = nn.BatchNorm2d(1, momentum=momentum)
    norm(torch.tensor(values).reshape(-1, 1, 1, 1))
    assert norm.running_var is not None
    return round(float(norm.running_var), 6)


running_variance = Prediction(
    "running-variance",
    N_(
        "A new BatchNorm has running_var 1. It runs once in training mode, momentum 0.1, on a channel with the two values 1 and 3. "
        "What is running_var then?"
    ),
    lambda: _kept_after([1.0, 3.0]),
    N_(
        "The mean is 2, so the two squared distances are 1 and 1. The running variance counts with n − 1: (1 + 1) / 1 = 2, and 0.9 · 1 + 0.1 · 2 = 1.1."
    ),
    {
        N_(
            "That divides by n = 2. The batch itself is divided by that; what is kept for later is divided by n − 1."
        ): 1.0,
        N_("That gives the new value a share of nine tenths. torch's momentum is the share of the new one."): 1.9,
        N_("That is the variance of this batch. Nine tenths of the old value stay."): 2.0,
    },
)


def _moved_without_gradients() -> bool:
    norm = nn.BatchNorm2d(1)
    with torch.no_grad():
        norm(torch.tensor([1.0, 3.0]).reshape(2, 1, 1, 1))
    assert norm.running_mean is not None
    return bool(norm.running_mean != 0)


no_grad_moves = Prediction(
    "no-grad-moves",
    N_(
        "A new BatchNorm in training mode runs on a batch inside `with torch.no_grad():`. Do its running statistics change? (True or False)"
    ),
    _moved_without_gradients,
    N_(
        "`no_grad` says: record nothing for `backward`. The running statistics have nothing to do with gradients. Only `eval()` stops them."
    ),
    {N_("`no_grad` and `eval()` are two different switches. Which of them changes how a BatchNorm works?"): False},
    choices=(True, False),
)


def _same_numbers() -> bool:
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        norm = nn.BatchNorm2d(3)
        image, first, second = torch.rand(1, 3, 8, 8), torch.rand(7, 3, 8, 8), 3 * torch.rand(7, 3, 8, 8)
    with torch.no_grad():
        return torch.allclose(norm(torch.cat([image, first]))[0], norm(torch.cat([image, second]))[0])


other_company = Prediction(
    "other-company",
    N_(
        "An image goes through a new BatchNorm twice, each time in a batch with seven other images. The second time the seven are other ones. Does the image get the same numbers? (True or False)"
    ),
    _same_numbers,
    N_("Mean and variance are taken over the whole batch, so what comes out for one image depends on the others."),
    {N_("Over which images are the mean and the variance taken?"): True},
    choices=(True, False),
)


def _moved_by_bias() -> float:
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        x, norm = torch.randn(4, 2, 5, 5), nn.BatchNorm2d(2)
    return round(abs(float((norm(x + 5) - norm(x)).detach().mean())), 3)


bias_before_norm = Prediction(
    "bias-before-norm",
    N_(
        "A convolution has a bias, and a BatchNorm follows it. Now the bias grows by 5. By how much do the numbers after the BatchNorm grow?"
    ),
    _moved_by_bias,
    N_("The mean of the channel grows by 5 too, and BatchNorm subtracts it."),
    {N_("BatchNorm subtracts the mean, and the mean has grown as well."): 5.0},
)
