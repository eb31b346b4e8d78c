"""Errors that PyTorch and Python raise in these lessons: what they say, why, and what to do. For hints, and for docs/errors.md.

The code of each row raises its error; a test runs all of them, so a release of torch with other words is noticed.
"""

from __future__ import annotations

import re
import warnings
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import nn

from course.language import N_


@dataclass(frozen=True)
class KnownError:
    """An error that students of convolutions often meet.

    Args:
        code: Python that raises it, with `torch`, `F` and `nn` at hand.
        type_name: the class of the error; "" for any.
        says: a regular expression that fits its message.
        because: the cause. Marked with N_.
        advice: what to do. Marked with N_.
    """

    code: str
    type_name: str
    says: str
    because: str
    advice: str


KNOWN_ERRORS = (
    KnownError(
        "my_image",
        "NameError",
        "",
        N_("No cell that ran in this session has defined the name."),
        N_("Is the name spelt as where it was defined, and did you run the cell that defines it?"),
    ),
    KnownError(
        "def size(layers):\n    return size(layers)\n\nsize([])",
        "RecursionError",
        "",
        N_("The function calls itself, and nothing ends that."),
        N_("The function calls itself without coming to an end."),
    ),
    KnownError(
        "torch.zeros(2, 3, 5, 7) - torch.zeros(3)",
        "",
        "size of tensor .*must match",
        N_("Broadcasting aligns shapes on the right, and there two sizes differ."),
        N_(
            "Two shapes do not broadcast. Write both shapes above each other, right-aligned: each pair is equal, or one of them is 1."
        ),
    ),
    KnownError(
        "torch.zeros(2, 5, 7, 3).permute(0, 3, 1, 2).view(2, -1)",
        "",
        "view size is not compatible",
        N_("`view` never copies, and after `permute` the numbers are not in the order of the axes."),
        N_(
            "`view` needs the memory in order; after `permute` it is not. Think about which order you want before you copy."
        ),
    ),
    KnownError(
        "class Net(nn.Module):\n    def __init__(self):\n        self.conv = nn.Conv2d(3, 8, 3)\n\nNet()",
        "AttributeError",
        r"before Module\.__init__\(\) call",
        N_("`nn.Module` has not been set up yet when the layer is assigned."),
        N_("The first line of `__init__` is `super().__init__()`. It makes the place where layers are kept."),
    ),
    KnownError(
        "torch.cat([torch.zeros(1, 8, 4, 4), torch.zeros(1, 16, 5, 4)], dim=1)",
        "",
        "Sizes of tensors must match except in dimension",
        N_("`torch.cat` joins along one axis; on all others the sizes must be equal."),
        N_(
            "`torch.cat` joins along one axis, axis 0 if you name none: channels are `dim=1`. Print both shapes: on all other axes they must be equal."
        ),
    ),
    KnownError(
        "nn.LazyConv2d(8, 3).weight.shape",
        "",
        "uninitialized parameter",
        N_("A Lazy layer learns its input size from the first batch. Before that it has no parameters with a shape."),
        N_(
            "A Lazy layer has no shape before its first batch. Here the sizes are known: give them, with `nn.Conv2d` or `nn.Linear`."
        ),
    ),
    KnownError(
        "nn.Conv2d(3, 8, 3)(torch.zeros(1, 3, 8, 8, dtype=torch.uint8))",
        "",
        r"(Input type .* and (weight|bias) type .* should be the same|expected .*scalar type|same dtype)",
        N_("The input and the layer's numbers are of different types: `uint8` or `float64` meets `float32`."),
        N_("Make the input `float32` first: `x.float()`, and divide by 255 where it holds bytes."),
    ),
    KnownError(
        "torch.zeros(4, 4, dtype=torch.uint8).mean()",
        "",
        r"mean\(\): could not infer output dtype|Input dtype must be either a floating point",
        N_("A mean of whole numbers is no whole number, so torch asks for a type."),
        N_("Turn whole numbers into floats first: `x.float().mean()`."),
    ),
    KnownError(
        "nn.Conv2d(1, 1, 5)(torch.zeros(1, 1, 3, 3))",
        "",
        "Kernel size can't be greater than actual input size",
        N_("The kernel is larger than the padded input, so there is no place for the window."),
        N_("Print the shape before this layer. Pad more, take a smaller kernel, or make the maps smaller less often."),
    ),
    KnownError(
        "nn.Conv2d(1, 1, 3, stride=2, padding='same')",
        "",
        "padding='same' is not supported for strided",
        N_("With a stride above 1 there is no one right padding for 'same', so PyTorch refuses."),
        N_("Give the padding as a number, or pad with `F.pad` before the layer."),
    ),
    KnownError(
        "nn.Conv2d(6, 9, 3, groups=2)",
        "ValueError",
        "(in|out)_channels must be divisible by groups",
        N_("Each group gets an equal share of the channels."),
        N_("`groups` must divide both in_channels and out_channels."),
    ),
    KnownError(
        "F.conv2d(torch.zeros(1, 2, 8, 8), torch.zeros(4, 2, 3, 3), torch.zeros(8))",
        "",
        "expected bias to be 1-dimensional",
        N_("A bias has one number for each output channel, and the weight has another number of kernels."),
        N_("The bias holds one number for each kernel of the weight. Print both shapes: axis 0 must be equal."),
    ),
    KnownError(
        "nn.Conv2d(3, 8, 3, bias=False).bias.numel()",
        "",
        "'NoneType' object (has no attribute|is not subscriptable)",
        N_("What is before the dot or the bracket is None, not a tensor or a layer."),
        N_(
            "Something is None there: an argument that was not given (ask `if bias is not None`), `layer.bias` after `bias=False`, `.grad` before `backward()`, or the result of a function without `return`."
        ),
    ),
    KnownError(
        "bias = torch.zeros(4)\nif bias:\n    bias += 1",
        "",
        "Boolean value of Tensor with more than one value is ambiguous",
        N_("`if` needs one answer, yes or no, and the tensor holds several numbers."),
        N_(
            "To ask whether there is a tensor at all, write `if bias is not None`. To ask about its numbers, use `.any()` or `.all()`."
        ),
    ),
    KnownError(
        "height, width = 3",
        "TypeError",
        "cannot unpack non-iterable int",
        N_("One number is taken apart as if it were a pair."),
        N_(
            "The setting may be one int. Turn it into a pair first: `if isinstance(stride, int): stride = (stride, stride)`."
        ),
    ),
    KnownError(
        "(3, 2) - 1",
        "TypeError",
        r"unsupported operand type\(s\) for .*'tuple'|must be int, not tuple",
        N_("A pair is used in arithmetic as if it were one number."),
        N_("There is a pair where a number is needed. Take out its entries, and work out height and width one by one."),
    ),
    KnownError(
        "x = torch.zeros(4, 4)\nx[0:-0] = torch.ones(4, 4)",
        "",
        r"expanded size of the tensor \(0\) must match",
        N_("The slice that is written to is empty."),
        N_(
            "In Python −0 is 0, so the slice `p:-p` is empty for p = 0. Count both ends from the front: `p : p + size`."
        ),
    ),
    KnownError(
        "nn.Linear(7200, 10)(nn.Flatten()(torch.zeros(8, 30, 30)))",
        "",
        "mat1 and mat2 shapes cannot be multiplied",
        N_("The linear layer expects another number of values for each image than arrives."),
        N_(
            "Print the shape just before the linear layer. Is there a batch axis, and does in_features equal channels · rows · columns?"
        ),
    ),
    KnownError(
        "nn.MaxPool2d(2, padding=2)(torch.zeros(1, 1, 4, 4))",
        "",
        "pad should be at most half of effective kernel size",
        N_("With more padding than half of the kernel, a window would lie on padding alone."),
        N_("The padding of a pooling is at most half of its kernel."),
    ),
    KnownError(
        "nn.BatchNorm2d(4)(torch.zeros(1, 4, 1, 1))",
        "",
        "Expected more than 1 value per channel when training",
        N_("In training mode the variance of a channel is computed from the batch, and one value has none."),
        N_("Call `model.eval()` to ask a trained network, or train with more than one image (`drop_last=True`)."),
    ),
    KnownError(
        "nn.BatchNorm2d(8)(torch.zeros(2, 3, 4, 4))",
        "",
        "running_mean should contain",
        N_("The BatchNorm was built for another number of channels than axis 1 of its input holds."),
        N_(
            "`nn.BatchNorm2d` gets the channels of the layer before it, and finds them on axis 1. Print the shape that goes in: is its order "
            "(batch, channels, height, width)?"
        ),
    ),
    KnownError(
        "F.cross_entropy(torch.zeros(4, 10), torch.tensor([1, 2, 3, 10]))",
        "IndexError",
        "Target .* is out of bounds",
        N_("The labels count from 0, and there are as many classes as logits."),
        N_("With 10 logits the labels go from 0 to 9. Count the classes, and start at 0."),
    ),
    KnownError(
        "F.cross_entropy(torch.zeros(4, 10), torch.zeros(4, 1, dtype=torch.long))",
        "",
        "(0D or 1D target tensor expected, )?multi-target not supported",
        N_("`cross_entropy` wants one class number for each image."),
        N_("Labels have the shape (N,): class numbers, no `one_hot`, no second axis."),
    ),
    KnownError(
        "torch.zeros(3).sum().backward()",
        "",
        "does not require grad and does not have a grad_fn",
        N_("Nothing on the way to this number records gradients: no parameter, `no_grad`, or `detach`."),
        N_("Is the loss computed from the model's output, outside `torch.no_grad()`, without `detach` or `.item()`?"),
    ),
    KnownError(
        "(2 * nn.Conv2d(1, 1, 3).weight).backward()",
        "",
        "grad can be implicitly created only for scalar outputs",
        N_("`backward` starts from one number, the loss."),
        N_("Make one number of it first, such as its mean, and call `backward` on that."),
    ),
    KnownError(
        "nn.Conv2d(1, 1, 3).weight.numpy()",
        "",
        r"Can't call numpy\(\) on Tensor that requires grad",
        N_("The tensor belongs to the record that gradients are computed from."),
        N_("`x.detach()` leaves the record; then `.numpy()` works, and so does plotting."),
    ),
    KnownError(
        "x = torch.ones(3, requires_grad=True)\ny = x.relu()\ny += 1\ny.sum().backward()",
        "",
        "modified by an inplace operation",
        N_("A value that the backward pass needs was overwritten."),
        N_("Write `y = y + x` in place of `y += x`, and `nn.ReLU()` without `inplace=True`."),
    ),
    KnownError(
        "import numpy as np\n\nnp.sum(torch.zeros(2, 3))",
        "TypeError",
        r"^(sum|mean|std|var|min|max|prod)\(\) got an unexpected keyword argument 'axis'",
        N_("The function is NumPy's, and its argument is a tensor."),
        N_("NumPy's functions do not take tensors. A tensor has its own: `x.sum()`, `x.mean()`."),
    ),
    KnownError(
        "torch.zeros(2, 3).astype(float)",
        "AttributeError",
        "'Tensor' object has no attribute 'astype'",
        N_("Tensors change their dtype in another way than NumPy's arrays."),
        N_("A tensor has `.float()`, or `.to(torch.float32)`, in place of `.astype`."),
    ),
    KnownError(
        "torch.zeros(2, 5, 7, 3).transpose(0, 3, 1, 2)",
        "TypeError",
        r"^transpose\(\) takes 2 positional arguments",
        N_("A tensor's `transpose` swaps two axes. NumPy's takes all of them."),
        N_("A tensor's `transpose` swaps two axes only. `permute` takes the order of all axes."),
    ),
    KnownError(
        "torch.zeros(2, 5, 7, 3).permute(2, 0, 1)",
        "",
        r"^permute.*does not match the length of the desired ordering",
        N_("`permute` wants the number of every axis, and the tensor has another number of axes."),
        N_("Give `permute` every axis once, the axis of the batch too."),
    ),
    KnownError(
        "torch.zeros(1, 5)[1]",
        "IndexError",
        "index .* is out of bounds for dimension",
        N_("The axis has fewer elements than the index says."),
        N_("The index is past the end of the axis. Is a size written as a number where `.shape` should give it?"),
    ),
    KnownError(
        "def output_size(size, kernel):\n    return size - kernel + 1\n\noutput_size(32, 3, 1)",
        "",
        "positional argument|unexpected keyword",
        N_("The function is called with other arguments than it takes."),
        N_("Keep the arguments and their order as the docstring gives them."),
    ),
    KnownError(
        "torch.zeros(4, 128, 3, 3).view(-1, 128 * 7 * 7)",
        "",
        "invalid for input of size",
        N_("The new shape has room for another number of values."),
        N_(
            "The number of elements must stay the same. Multiply the sizes on both sides: is one of them a fixed number that fits one input only?"
        ),
    ),
    KnownError(
        "nn.Conv2d(3, 8, 3)(torch.zeros(1, 48, 64, 3))",
        "",
        "expected.*channels",
        N_("The layer looks for the channels on axis 1 and finds another number there."),
        N_("Axis 1 of the input holds the channels; it must be the layer's in_channels."),
    ),
    KnownError(
        "torch.zeros(5, 7)[:, :] = torch.zeros(2, 3, 5, 7)",
        "",
        "number of sizes provided",
        N_("A tensor of more axes is written into a place of fewer."),
        N_(
            "What is written has more axes than the place where it goes. Which axes does the new tensor lack? `...` stands for all axes in front."
        ),
    ),
    KnownError(
        "F.conv1d(torch.zeros(1, 5, 12), torch.zeros(1, 5, 3), groups=5)",
        "",
        "Given groups=.*expected weight to be at least",
        N_("Each group needs a kernel of its own, and the weight has fewer kernels than there are groups."),
        N_(
            "The kernels are on axis 0 of the weight, one at least for each group. With `groups` equal to the channels each of them sees one channel: axis 1 is 1."
        ),
    ),
    KnownError(
        "kernel, stride = (3, 1, 2)",
        "ValueError",
        "values to unpack",
        N_("A line takes a value apart into more names, or into fewer, than the value has parts."),
        N_(
            "A value was taken apart into another number of names than it has parts. Print it, or its shape: which of the allowed inputs has more parts, or fewer?"
        ),
    ),
    KnownError(
        "nn.Sequential([nn.ReLU(), nn.Flatten()])",
        "TypeError",
        "is not a Module subclass",
        N_("`nn.Sequential` takes layers, one after the other, and got a list or something else that is no layer."),
        N_(
            "`nn.Sequential` takes layers, not a list: `nn.Sequential(*layers)`. `nn.ModuleList(layers)` takes the list."
        ),
    ),
    KnownError(
        "[1, 2].shape",
        "AttributeError",
        "object has no attribute",
        N_("The name was never set on this object, or the object is of another type than one thinks."),
        N_(
            "The message tells the object's type and the name that it does not have. Is the object what you take it for, and is the name spelt as where it was set?"
        ),
    ),
)


def message_of(known: KnownError) -> str:
    """What the code of a known error says when it runs: the class and the message, as the last line of a traceback.

    Raises:
        AssertionError: when the code raises nothing.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            exec(known.code, {"torch": torch, "F": F, "nn": nn})
        except Exception as error:
            return f"{type(error).__name__}: {error}"
    raise AssertionError(f"this raises nothing any more:\n{known.code}")


def known_error(type_name: str, message: str) -> KnownError | None:
    """The first known error with this class whose pattern fits the message; None when there is none."""
    for known in KNOWN_ERRORS:
        if known.type_name in ("", type_name) and re.search(known.says, message, re.DOTALL):
            return known
    return None
