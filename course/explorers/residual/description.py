"""What the residual explorer says of a block: the call, the sizes, whether the sum works and what mends it."""

from __future__ import annotations

from collections.abc import Iterator

from course import arithmetic
from course.explorers.residual.block import projection
from course.explorers.residual.gradient_text import gradient_lines, gradient_state
from course.explorers.residual.plot import PLAIN, RESIDUAL, YOURS
from course.explorers.residual.result import Result
from course.explorers.residual.view import SPREAD, scales
from course.explorers.sizes import size_lines
from course.explorers.text import Description, Legend, Problem, Section, Swatch, in_columns
from course.language import N_, _

_AXES = (N_("batch"), N_("channels"), N_("height"), N_("width"))


def describe(result: Result, revealed: bool) -> Description:
    """The block's code, the sizes of both paths, their sum, and what the shortcut does to the gradients."""
    grey, coloured = scales(result)
    legends: list[Legend | Swatch] = [Legend(_("never negative, brightest 1% alike"), grey)]
    if revealed:
        legends.append(Legend(_("of either sign"), coloured))
    legends += [Swatch(_("gradients, plain stack"), PLAIN), Swatch(_("gradients, residual stack"), RESIDUAL)]
    sections = []
    if result.settings.own.block is not None:
        legends.append(Swatch(_("gradients, your block"), YOURS))
        if revealed:
            sections.append(Section(_("What your block does"), tuple(_own_lines(result))))
    elif revealed:
        if result.spread:
            legends.append(Swatch(_("repeated by torch to make the sum work"), SPREAD))
        sections = [
            Section(_("Sizes"), tuple(_size_lines(result))),
            Section(_sum_title(result), tuple(_sum_lines(result))),
        ]
    title = _("Gradients in stacks of blocks")
    sections.append(Section(title, tuple(gradient_lines(result))))
    problem = _problem(result) if revealed and result.run.error else None
    return Description(str(result.code), _state(result, revealed), tuple(sections), tuple(legends), problem)


def _size_lines(result: Result) -> Iterator[str]:
    main, shortcut = result.run.paths
    first, last = result.main_steps
    yield _("main(x): {before} → {after}").format(before=tuple(result.x.shape), after=tuple(main.shape))
    convolutions = (
        [(_("both convolutions:"), first)]
        if first == last
        else [(_("first convolution:"), first), (_("second convolution:"), last)]
    )
    for name, steps in convolutions:
        yield f"  {name}"
        yield from (f"    {line}" for line in size_lines(*steps))
    shapes = {"before": tuple(result.x.shape), "after": tuple(shortcut.shape)}
    yield _("shortcut(x): {before} → {after}").format(**shapes)
    if result.short_steps is None:
        yield _("  the identity changes nothing")
    else:
        yield from (f"  {line}" for line in size_lines(*result.short_steps))
    if result.settings.shortcut == "pooled":
        yield _("  pooling works on each channel by itself: {channels} stay {channels}").format(
            channels=result.x.shape[1]
        )


def _sum_title(result: Result) -> str:
    if result.run.error:
        return _("Both shapes, and what mends it")
    return _("The sum works, and is hardly what was meant") if result.spread else _("The sum")


def _sum_lines(result: Result) -> Iterator[str]:
    if result.run.error:
        yield from _beside_lines(result)
        yield from _mending_lines(result)
    elif result.spread:
        yield from _spread_lines(result)
    else:
        yield from _added_lines(result)


def _problem(result: Result) -> Problem:
    """Why both paths cannot be added, beside torch's own words."""
    main, shortcut = (tuple(path.shape) for path in result.run.paths)
    pairs = zip(map(_, _AXES), main, shortcut, strict=True)
    differ = ", ".join(name for name, one, other in pairs if one != other and 1 not in (one, other))
    message = _(
        "main(x) is {main}, shortcut(x) is {shortcut}: a sum adds cell to cell, so both must have the same shape. "
        "What differs: {axes}."
    )
    plain = message.format(main=main, shortcut=shortcut, axes=differ)
    return Problem(str(result.code), plain, result.run.error)


def _beside_lines(result: Result) -> Iterator[str]:
    """The shapes of both paths, one beside the other."""
    main, shortcut = result.run.paths
    rows, remarks = [(_("axis") + "  ", _("main(x)"), _("shortcut(x)"))], [""]
    for name, one, other in zip(map(_, _AXES), main.shape, shortcut.shape, strict=True):
        rows.append((name + "  ", str(one), str(other)))
        if one == other:
            remarks.append("")
        elif 1 in (one, other):
            remarks.append(_("← the 1 is repeated {times} times").format(times=max(one, other)))
        else:
            remarks.append(_("← differ"))
    for line, remark in zip(in_columns(rows, gap="  "), remarks, strict=True):
        yield f"{line}  {remark}".rstrip()


def _mending_lines(result: Result) -> Iterator[str]:
    """What would make both paths alike, each remedy with its shape."""
    settings, (height, width) = result.settings, result.x.shape[2:]
    main = tuple(axis.output for axis in result.main_steps[-1])
    wanted = tuple(arithmetic.output_size(size, 1, settings.stride) for size in (height, width))
    call = projection(settings, result.x.shape[1])
    after_projection = (result.x.shape[0], settings.out_channels, *wanted)
    if main != wanted:
        numbers = {"kernel": settings.kernel, "padding": settings.padding, "half": settings.kernel // 2}
        if settings.kernel % 2:
            message = _(
                "to mend it: padding={half} on the main path. kernel={kernel} takes {kernel} − 1 = {lost} cells of each "
                "axis, so each convolution needs {half} on both sides; here padding={padding}."
            )
        else:
            message = _(
                "to mend it: an odd kernel, such as {odd} with padding={odd_half}. kernel={kernel} takes {lost} cells of each axis, which "
                "the same padding on both sides never gives back."
            )
        odd = settings.kernel + 1
        yield message.format(lost=settings.kernel - 1, odd=odd, odd_half=odd // 2, **numbers)
    if settings.shortcut == "projection":
        return
    if settings.stride > 1 or result.x.shape[1] != settings.out_channels:
        message = (
            _("to mend it: shortcut = {call} makes {shape}")
            if main == wanted
            else _("and then: shortcut = {call} makes {shape}")
        )
        yield message.format(call=call, shape=after_projection)
    if settings.shortcut == "pooled" and any(size % settings.stride for size in (height, width)):
        message = (
            _(
                "AvgPool2d({stride}) rounds down where the convolution rounds up; with ceil_mode=True the sizes would agree."
            )
            if result.x.shape[1] == settings.out_channels
            else _(
                "AvgPool2d({stride}) rounds down where the convolution rounds up; with ceil_mode=True the sizes would agree, "
                "the channels still not."
            )
        )
        yield message.format(stride=settings.stride)


def _spread_lines(result: Result) -> Iterator[str]:
    """What torch repeated, and why no error comes."""
    assert result.run.total is not None
    yield from _beside_lines(result)
    yield _("torch raises no error: in a sum, an axis of size 1 is repeated to the size of the other (broadcasting)")
    channels, total = result.settings.out_channels, result.run.total.shape
    for name, axes in result.spread.items():
        if 1 in axes and name == "shortcut":
            yield _("every channel of main(x) gets the same map added: the one channel of the shortcut")
        if 1 in axes and name == "main":
            message = _(
                "the sum has {total} channels, not the {channels} that were asked for: the next layer will raise"
            )
            yield message.format(total=total[1], channels=channels)
        if {2, 3} & set(axes):
            yield _("one cell is added to a whole row, column or map: what {path} knew of places is lost").format(
                path=f"{name}(x)"
            )
    yield _("compare the shapes yourself before the sum: assert main(x).shape == shortcut(x).shape")
    yield from _mending_lines(result)


def _added_lines(result: Result) -> Iterator[str]:
    (main, shortcut), out, settings = result.run.paths, result.run.out, result.settings
    assert out is not None
    yield _("both paths are {shape}, so is their sum").format(shape=tuple(main.shape))
    message = _("standard deviation: main(x) {main}, shortcut(x) {shortcut}")
    yield message.format(main=_number(float(main.std())), shortcut=_number(float(shortcut.std())))
    lowered, raised = float((main < 0).double().mean()), float((main > 0).double().mean())
    message = _("the main path lowers the shortcut in {lowered:.0%} of the cells and raises it in {raised:.0%}")
    yield message.format(lowered=lowered, raised=raised)
    if settings.relu == "before":
        yield _("a ReLU before the sum leaves the block nothing to take away: block after block, the sum can only grow")
    if settings.starts_as_identity:
        off = float((out - shortcut).abs().max())
        message = _("gamma 0 makes main(x) 0: the largest |out − shortcut(x)| is {off}")
        if settings.shortcut == "identity" and off == 0:
            message = _(
                "gamma 0 makes main(x) 0: out is x, the largest |out − x| is {off}; the block starts as the identity"
            )
        yield message.format(off=_number(off))


def _own_lines(result: Result) -> Iterator[str]:
    out, x = result.run.out, result.x
    assert out is not None
    yield _("{before} → {after}").format(before=tuple(x.shape), after=tuple(out.shape))
    if result.difference is None:
        yield _("the shapes differ, so the shortcut cannot be x itself, and block(x) − x is not known")
    else:
        off, kept = result.difference.abs(), float((out >= 0).all())
        yield _("largest |block(x) − x|: {off}").format(off=_number(float(off.max())))
        if float(off.max()) == 0:
            yield _("your block is the identity on this x")
        message = _("it lowers x in {lowered:.0%} of the cells and raises it in {raised:.0%}")
        lowered, raised = ((result.difference * sign > 0).double().mean() for sign in (-1, 1))
        yield message.format(lowered=float(lowered), raised=float(raised))
        if kept:
            yield _(
                "if its shortcut is x itself, then block(x) − x is what the main path added, wherever block(x) is above 0"
            )
    if result.wrote_into_x:
        yield _(
            "Your block wrote into its input in place: what it adds at the end is no longer the x that came in. Look for inplace=True, relu_ or +=."
        )


def _state(result: Result, revealed: bool) -> str:
    if not revealed:
        message = _("Input maps of the shape {shape}; both paths are hidden until you have predicted the sum.")
        return message.format(shape=tuple(result.x.shape))
    run = result.run
    if run.main is None or run.shortcut is None:
        assert run.out is not None
        message = _("Your block turns {before} into {after}.")
        told = message.format(before=tuple(result.x.shape), after=tuple(run.out.shape))
    else:
        numbers = {"x": tuple(result.x.shape), "main": tuple(run.main.shape), "shortcut": tuple(run.shortcut.shape)}
        if run.error:
            message = _("From x {x}, the main path makes {main} and the shortcut {shortcut}: torch cannot add them.")
        elif result.spread:
            message = _(
                "From x {x}, the main path makes {main} and the shortcut {shortcut}; torch repeats what has size 1, without a word, and the sum is {total}."
            )
        else:
            message = _("From x {x}, main path and shortcut both make {main}, and so is their sum.")
        total = "" if run.total is None else tuple(run.total.shape)
        told = message.format(total=total, **numbers)
    return f"{told} {gradient_state(result)}"


def _number(value: float) -> str:
    return f"{value:.3g}".replace("-", "−")
