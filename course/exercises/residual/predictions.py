"""The predictions of lesson 07, in the order of its notebook."""

from __future__ import annotations

from functools import cache

import torch
import torch.nn.functional as F

from course import arithmetic, images
from course.checking.prediction import Prediction
from course.exercises.residual.sample_models import Chain, TwoConvs, weight_gradients
from course.language import N_

EPOCHS, BATCH = 3, 64


@cache
def _last_loss(convolutions: int) -> float:
    """The mean loss on the training images in the last epoch of a plain chain with BatchNorm."""
    pictures, labels = images.digits(8, "train")
    with torch.random.fork_rng(devices=[]), torch.enable_grad():
        torch.manual_seed(0)
        model = Chain(convolutions, 8, residual=False, norm=True)
        optimizer = torch.optim.SGD(model.parameters(), lr=0.05, momentum=0.9)
        loss = 0.0
        for _epoch in range(EPOCHS):
            loss = 0.0
            for batch in torch.randperm(len(pictures)).split(BATCH):  # type: ignore[no-untyped-call]
                batch_loss = F.cross_entropy(model(pictures[batch]), labels[batch])
                optimizer.zero_grad()
                batch_loss.backward()  # type: ignore[no-untyped-call]
                optimizer.step()
                loss += batch_loss.item() * len(batch) / len(pictures)
    return loss


deeper_plain = Prediction(
    "deeper-plain",
    N_("Which of the two has the lower loss on the very images that it is trained with: 4 convolutions or 20?"),
    lambda: 20 if _last_loss(20) < _last_loss(4) else 4,
    N_(
        "They were just trained, for three epochs each. The 20 could do all that the 4 can, but training does not find the way there."
    ),
    {
        N_(
            "It could be so: the 20 can compute all that the 4 can. But to be able to is one thing, to learn it is another."
        ): 20
    },
    choices=(4, 20),
)


def _share_that_arrives(convolutions: int) -> float:
    """The first weight's gradient as a share of the last one's, in a plain chain with torch's own initial weights."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        model, x = Chain(convolutions, 8, residual=False, norm=False), torch.rand(8, 1, 8, 8)
    _stem, first, *_between, last = weight_gradients(model, x)
    return float(first.double().norm() / last.double().norm())


def _in_words(share: float) -> str:
    return "less than 1e-20" if share < 1e-20 else "a millionth" if share < 1e-3 else "a tenth"


sixty_layers = Prediction(
    "sixty-layers",
    N_(
        "A plain stack of 60 convolutions with ReLU, fresh from torch. How large is the gradient at its first convolution, compared with the last?"
    ),
    lambda: _in_words(_share_that_arrives(60)),
    N_(
        "Each layer multiplies the gradient by about 0.35, and 0.35 to the power of 59 is about 1e-27. Nothing can be learned from that."
    ),
    {
        N_(
            "That would be a factor of 0.96 for each layer. Sixty factors have to be very close to 1 for that."
        ): "a tenth",
        N_("The factors multiply sixty times: a millionth is reached after a fourth of the way."): "a millionth",
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
    {N_("So it would be with 3 channels against 16. An axis of size 1 is special."): "RuntimeError"},
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
    {N_("So it would be without the last ReLU. What comes after the sum?"): -1.5},
)


def _zeroed(value: float) -> float:
    block = TwoConvs(1)
    with torch.no_grad():
        block.bn2.weight.zero_()
        return float(block(torch.full((2, 1, 3, 3), value))[0, 0, 1, 1])
