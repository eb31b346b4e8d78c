"""The predictions of lesson 07, in the order of its notebook."""

from __future__ import annotations

import torch
from torch import nn

from course import arithmetic
from course.checking.prediction import Prediction
from course.exercises.residual.sample_models import TwoConvs
from course.language import N_

halved_again = Prediction(
    "halved-again",
    N_("A 3 × 3 convolution with stride 2 and padding 1 gets a map of 28 × 28. How many rows does its output have?"),
    lambda: arithmetic.output_size(28, 3, stride=2, padding=1),
    N_("(28 + 2 − 2 − 1) // 2 + 1 = 14. Kernel 3 with padding 1 keeps the size; stride 2 halves it."),
    {
        N_("That is without padding: it adds one row above and one below."): lambda: arithmetic.output_size(
            28, 3, stride=2
        ),
        N_("That is with stride 1: padding 1 keeps the size. A stride of 2 takes every second place."): 28,
    },
)


def _depends_on_the_others() -> str:
    norm = nn.BatchNorm2d(2).eval()
    first, others = torch.ones(1, 2, 3, 3), torch.full((3, 2, 3, 3), 7.0)
    with torch.no_grad():
        alone, together = norm(first), norm(torch.cat([first, others]))[:1]
    return "no" if torch.equal(alone, together) else "yes"


alone_in_a_batch = Prediction(
    "alone-in-a-batch",
    N_("A BatchNorm is in evaluation mode. Does its output for one image depend on the other images of the batch?"),
    _depends_on_the_others,
    N_("In evaluation mode it uses the running statistics, which it kept while it was trained."),
    {N_("In training mode it does. In evaluation mode the running statistics are used."): "yes"},
    choices=("yes", "no"),
)


DEEPER_PLAIN_LOSSES = {4: 0.99, 20: 2.04}
"""Mean loss on the digits in the third epoch, by convolutions of a plain chain with BatchNorm; a test trains them again."""

deeper_plain = Prediction(
    "deeper-plain",
    N_("Which of the two has the lower loss on the very images that it is trained with: 4 convolutions or 20?"),
    lambda: min(DEEPER_PLAIN_LOSSES, key=lambda convolutions: DEEPER_PLAIN_LOSSES[convolutions]),
    N_(
        "After three epochs the loss is 0.99 with 4 and 2.04 with 20. The 20 could do all that the 4 can, but training does not find the way there so fast."
    ),
    {N_("The 20 can indeed compute all that the 4 can. But it is one thing to be able to, another to learn it."): 20},
    choices=(4, 20),
)


def _share_that_arrives(convolutions: int) -> float:
    """The gradient at the first maps as a share of that at the last, in a plain stack with torch's own initial weights."""
    with torch.random.fork_rng(devices=[]), torch.enable_grad():
        torch.manual_seed(0)
        layers = [
            layer for _place in range(convolutions) for layer in (nn.Conv2d(8, 8, 3, padding=1, bias=False), nn.ReLU())
        ]
        first = torch.rand(8, 8, 8, 8, requires_grad=True)
        last = nn.Sequential(*layers)(first)
        at_first, at_last = torch.autograd.grad(last.mean((2, 3)).sum(), (first, last))
    return float(at_first.double().norm() / at_last.double().norm())


def _in_words(share: float) -> str:
    return "less than 1e-20" if share < 1e-20 else "a millionth" if share < 1e-3 else "a tenth"


sixty_layers = Prediction(
    "sixty-layers",
    N_(
        "A plain stack of 60 convolutions with ReLU, fresh from torch. How large is the gradient at the maps before the first, compared with the maps behind the last?"
    ),
    lambda: _in_words(_share_that_arrives(60)),
    N_(
        "Each layer multiplies the gradient by about 0.4, and 0.4 to the power of 60 is about 1e-24. Nothing can be learned from that."
    ),
    {
        N_(
            "That would be a factor of 0.96 for each layer. Sixty factors have to be very close to 1 for that."
        ): "a tenth",
        N_("The factors multiply sixty times: a millionth is reached after a quarter of the way."): "a millionth",
    },
    choices=("a tenth", "a millionth", "less than 1e-20"),
)


one_channel_sum = Prediction(
    "one-channel-sum",
    N_(
        "The main path gives (8, 16, 28, 28), the input is (8, 1, 28, 28), and there is no layer on the shortcut. What is the shape of "
        "their sum? (A tuple, or 'RuntimeError')"
    ),
    lambda: tuple((torch.zeros(8, 16, 28, 28) + torch.zeros(8, 1, 28, 28)).shape),
    N_(
        "An axis of size 1 broadcasts: the one channel is added to each of the 16. No error says that a projection is missing."
    ),
    {N_("That is right for 3 channels against 16. An axis of size 1 is special."): "RuntimeError"},
)


def _weights(*layers: tuple[int, int, int]) -> int:
    return sum(arithmetic.parameter_count(*layer, bias=False) for layer in layers)


bottleneck_weights = Prediction(
    "bottleneck-weights",
    N_(
        "256 channels come in and 256 go out. Two 3 × 3 convolutions need 1,179,648 weights. How many does the bottleneck need: "
        "1 × 1 to 64 channels, 3 × 3, 1 × 1 back to 256? (No biases.)"
    ),
    lambda: _weights((256, 64, 1), (64, 64, 3), (64, 256, 1)),
    N_("256 · 64 + 64 · 64 · 9 + 64 · 256 = 69,632: about a seventeenth."),
    {
        N_("That leaves out the second 1 × 1 convolution, which widens the channels again."): lambda: _weights(
            (256, 64, 1), (64, 64, 3)
        ),
        N_("That takes the 3 × 3 as 1 × 1. Each of its kernels has nine numbers for each input channel."): lambda: (
            _weights((256, 64, 1), (64, 64, 1), (64, 256, 1))
        ),
    },
)


zero_gamma = Prediction(
    "zero-gamma",
    N_(
        "In a residual block, gamma and beta of the last BatchNorm are 0. A pixel of the input is -1.5. What is this pixel in the block's output?"
    ),
    lambda: _zeroed(-1.5),
    N_("The main path gives 0, whatever its convolutions hold. The sum is −1.5, and the last ReLU makes 0 of it."),
    {N_("That is right without the last ReLU. What comes after the sum?"): -1.5},
)


def _zeroed(value: float) -> float:
    block = TwoConvs(1)
    with torch.no_grad():
        block.bn2.weight.zero_()
        return float(block(torch.full((2, 1, 3, 3), value))[0, 0, 1, 1])
