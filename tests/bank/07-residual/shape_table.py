# %% accepted: copy
import copy


def shape_table(model, input_shape):
    """A copy runs: whatever happens to it, the model stays as it is."""
    twin = copy.deepcopy(model).eval()
    names = {id(module): name for name, module in twin.named_modules()}
    rows = []

    def hook(layer, inputs, output):
        rows.append([names[id(layer)], inputs[0].shape, output.shape, sum(p.numel() for p in layer.parameters())])

    for module in twin.modules():
        if len(list(module.children())) == 0:
            module.register_forward_hook(hook)
    twin(torch.randn(*input_shape))
    print(len(rows), "rows")
    return rows

# %% accepted: global_hook
from torch.nn.modules.module import register_module_forward_hook


def shape_table(model, input_shape):
    """One hook for all modules, and a mode that is restored from inside out."""
    table = []
    name_of = dict((module, name) for name, module in model.named_modules())

    def note(layer, inputs, output):
        if layer in name_of and not any(True for _ in layer.children()):
            table.append((name_of[layer], tuple(inputs[0].size()), tuple(output.size()), int(sum(p.numel() for p in layer.parameters()))))

    modes = [module.training for module in name_of]
    handle = register_module_forward_hook(note)
    try:
        with torch.inference_mode():
            model.eval()(torch.rand(input_shape))
    finally:
        handle.remove()
        for module, mode in zip(name_of, modes):
            module.training = mode
    return table

# %% accepted: hooks
def shape_table(model, input_shape):
    rows = []

    def watch(name):
        def hook(layer, inputs, output):
            count = sum(parameter.numel() for parameter in layer.parameters())
            rows.append((name, tuple(inputs[0].shape), tuple(output.shape), count))

        return hook

    was = {module: module.training for module in model.modules()}
    handles = [
        module.register_forward_hook(watch(name))
        for name, module in model.named_modules()
        if not list(module.children())
    ]
    try:
        model.eval()
        with torch.no_grad():
            model(torch.zeros(input_shape))
    finally:
        for handle in handles:
            handle.remove()
        for module, training in was.items():
            module.training = training
    return rows

# %% accepted: patched_forward
def shape_table(model, input_shape):
    """Each leaf's forward is wrapped for the time of one run."""
    rows, was = [], [(module, module.training) for module in model.modules()]
    leaves = [(name, module) for name, module in model.named_modules() if not module._modules]

    def wrap(name, module):
        inner = module.forward

        def forward(x):
            given = tuple(x.shape)
            y = inner(x)
            rows.append((name, given, tuple(y.shape), sum(p.numel() for p in module.parameters())))
            return y

        module.forward = forward

    try:
        for name, module in leaves:
            wrap(name, module)
        for module, _ in was:
            module.training = False
        model(torch.ones(input_shape))
    finally:
        for _, module in leaves:
            del module.forward
        for module, mode in was:
            module.training = mode
    return tuple(rows)

# %% accepted: runs_by_number
def shape_table(model, input_shape):
    """A dict whose keys count the runs, and a hook that is always called."""
    table, names = {}, {module: name for name, module in model.named_modules()}
    training = [module for module in names if module.training]

    def hook(layer, inputs, output):
        (x,) = inputs
        table[len(table)] = (names[layer], (*x.shape,), (*output.shape,), sum(map(torch.numel, layer.parameters())))

    handles = [module.register_forward_hook(hook) for module in names if next(module.children(), None) is None]
    model.eval()
    try:
        with torch.no_grad():
            model(torch.ones(*input_shape))
    finally:
        for handle in handles:
            handle.remove()
        for module in training:
            module.training = True
    return list(table.values())

# %% wrong: buffers, an edit of hooks
# step: rows, misconception: buffers-counted
#-             count = sum(parameter.numel() for parameter in layer.parameters())
#+             count = sum(parameter.numel() for parameter in layer.state_dict().values())

# %% wrong: children_only, an edit of hooks
# step: names, misconception: values
#-         for name, module in model.named_modules()
#-         if not list(module.children())
#+         for name, module in model.named_children()

# %% wrong: containers, an edit of hooks
# step: rows, misconception: containers-too
#-         if not list(module.children())

# %% wrong: error_swallowed, an edit of hooks
# step: no-trace-after-error, misconception: no-error
#              model(torch.zeros(input_shape))
#+     except RuntimeError:
#+         pass

# %% wrong: eval_too_late
# step: statistics, misconception: no-grad-for-eval
def shape_table(model, input_shape):
    """Tries it in training mode first."""
    rows, was = [], {module: module.training for module in model.modules()}
    names = {module: name for name, module in model.named_modules()}

    def hook(layer, inputs, output):
        rows.append((names[layer], tuple(inputs[0].shape), tuple(output.shape), sum(p.numel() for p in layer.parameters())))

    handles = [module.register_forward_hook(hook) for module in names if not list(module.children())]
    try:
        try:
            model(torch.zeros(input_shape))
        except ValueError:
            rows.clear()
            model.eval()
            model(torch.zeros(input_shape))
    finally:
        for handle in handles:
            handle.remove()
        for module, training in was.items():
            module.training = training
    return rows

# %% wrong: hooks_left, an edit of hooks
# step: no-trace, misconception: hooks-left
#-         for handle in handles:
#-             handle.remove()

# %% wrong: last_part, an edit of hooks
# step: names, misconception: last-part-of-name
#-             rows.append((name, tuple(inputs[0].shape), tuple(output.shape), count))
#+             rows.append((name.split(".")[-1], tuple(inputs[0].shape), tuple(output.shape), count))

# %% wrong: late_name
# step: rows, misconception: one-name-for-all
def shape_table(model, input_shape):
    rows = []

    was = {module: module.training for module in model.modules()}
    handles = []
    for name, module in model.named_modules():
        if not list(module.children()):
            handles.append(
                module.register_forward_hook(
                    lambda layer, inputs, output: rows.append(
                        (name, tuple(inputs[0].shape), tuple(output.shape), sum(p.numel() for p in layer.parameters()))
                    )
                )
            )
    try:
        model.eval()
        with torch.no_grad():
            model(torch.zeros(input_shape))
    finally:
        for handle in handles:
            handle.remove()
        for module, training in was.items():
            module.training = training
    return rows

# %% wrong: left_in_eval, an edit of hooks
# step: modes, misconception: mode-changed
#-         for module, training in was.items():
#-             module.training = training

# %% wrong: no_batch, an edit of hooks
# step: rows, misconception: batch-left-out
#-             rows.append((name, tuple(inputs[0].shape), tuple(output.shape), count))
#+             rows.append((name, tuple(inputs[0].shape[1:]), tuple(output.shape[1:]), count))

# %% wrong: no_bias, an edit of hooks
# step: rows, misconception: bias-left-out
#-             count = sum(parameter.numel() for parameter in layer.parameters())
#+             count = layer.weight.numel() if hasattr(layer, "weight") else 0

# %% wrong: no_finally
# step: no-trace-after-error, misconception: not-cleaned-up
def shape_table(model, input_shape):
    rows = []

    def watch(name):
        def hook(layer, inputs, output):
            count = sum(parameter.numel() for parameter in layer.parameters())
            rows.append((name, tuple(inputs[0].shape), tuple(output.shape), count))

        return hook

    was = {module: module.training for module in model.modules()}
    handles = [
        module.register_forward_hook(watch(name))
        for name, module in model.named_modules()
        if not list(module.children())
    ]
    model.eval()
    with torch.no_grad():
        model(torch.zeros(input_shape))
    for handle in handles:
        handle.remove()
    for module, training in was.items():
        module.training = training
    return rows

# %% wrong: no_grad_for_eval, an edit of hooks
# step: batch-of-one, misconception: one-value-per-channel
#-         model.eval()

# %% wrong: no_return, an edit of hooks
# step: rows, misconception: missing-return
#-     return rows
#+     print(rows)

# %% wrong: once_per_layer, an edit of hooks
# step: order, misconception: once-per-layer
#-     return rows
#+     return list({row[0]: row for row in rows}.values())

# %% wrong: one_after_the_other
# step: names, misconception: run-by-hand
def shape_table(model, input_shape):
    rows, x = [], torch.zeros(input_shape)
    was = {module: module.training for module in model.modules()}
    model.eval()
    for name, module in model.named_modules():
        if not list(module.children()):
            y = module(x)
            rows.append((name, tuple(x.shape), tuple(y.shape), sum(p.numel() for p in module.parameters())))
            x = y
    for module, training in was.items():
        module.training = training
    return rows

# %% wrong: outer_mode_only, an edit of hooks
# step: modes, misconception: all-to-training
#-         for module, training in was.items():
#-             module.training = training
#+         model.train(was[model])

# %% wrong: registration_order, an edit of hooks
# step: order, misconception: registration-order
#-     return rows
#+     names = [name for name, _ in model.named_modules()]
#+     return sorted(rows, key=lambda row: names.index(row[0]))

# %% wrong: shapes_as_text, an edit of hooks
# step: rows, misconception: values
#-             rows.append((name, tuple(inputs[0].shape), tuple(output.shape), count))
#+             rows.append((name, str(tuple(inputs[0].shape)), str(tuple(output.shape)), count))

# %% wrong: statistics_moved
# step: statistics, misconception: no-grad-for-eval
def shape_table(model, input_shape):
    """Runs in training mode, with a batch that is large enough, and changes the batch back in the rows."""
    rows = []
    names = {module: name for name, module in model.named_modules()}

    def hook(layer, inputs, output):
        shapes = [(input_shape[0], *each.shape[1:]) for each in (inputs[0], output)]
        rows.append((names[layer], *shapes, sum(p.numel() for p in layer.parameters())))

    handles = [module.register_forward_hook(hook) for module in names if not list(module.children())]
    try:
        with torch.no_grad():
            model(torch.zeros(2, *input_shape[1:]))
    finally:
        for handle in handles:
            handle.remove()
    return rows

# %% wrong: swapped, an edit of hooks
# step: rows, misconception: swapped-shapes
#-             rows.append((name, tuple(inputs[0].shape), tuple(output.shape), count))
#+             rows.append((name, tuple(output.shape), tuple(inputs[0].shape), count))

# %% wrong: tensor_counts, an edit of hooks
# step: rows, misconception: values
#-             count = sum(parameter.numel() for parameter in layer.parameters())
#+             count = float(sum(parameter.numel() for parameter in layer.parameters()))

# %% wrong: three_columns, an edit of hooks
# step: rows, misconception: type
#-             rows.append((name, tuple(inputs[0].shape), tuple(output.shape), count))
#+             rows.append((name, tuple(inputs[0].shape), tuple(output.shape)))

# %% wrong: train_after, an edit of hooks
# step: modes, misconception: all-to-training
#-         for module, training in was.items():
#-             module.training = training
#+         model.train()

# %% wrong: trainable_only, an edit of hooks
# step: batch-of-one, misconception: trainable-only
#-             count = sum(parameter.numel() for parameter in layer.parameters())
#+             count = sum(parameter.numel() for parameter in layer.parameters() if parameter.requires_grad)

# %% wrong: types, an edit of hooks
# step: rows, misconception: type-for-name
#-             rows.append((name, tuple(inputs[0].shape), tuple(output.shape), count))
#+             rows.append((type(layer).__name__, tuple(inputs[0].shape), tuple(output.shape), count))

# %% wrong: registration_dict
# step: order, misconception: registration-order
def shape_table(model, input_shape):
    shapes = {}
    was = {m: m.training for m in model.modules()}
    handles = []
    for name, m in model.named_modules():
        if not list(m.children()):
            def hook(layer, inputs, output, name=name):
                shapes[name] = (tuple(inputs[0].shape), tuple(output.shape), sum(p.numel() for p in layer.parameters()))
            handles.append(m.register_forward_hook(hook))
    try:
        model.eval()
        with torch.no_grad():
            model(torch.zeros(input_shape))
    finally:
        for h in handles:
            h.remove()
        for m, t in was.items():
            m.training = t
    return [(name, *shapes[name]) for name, m in model.named_modules() if name in shapes]

# %% wrong: registration_first_run
# step: order, misconception: registration-order
def shape_table(model, input_shape):
    """A table from named_modules: None where a layer never ran is left out; a list of runs by name."""
    runs = {name: [] for name, m in model.named_modules() if not list(m.children())}
    was = {m: m.training for m in model.modules()}
    handles = []
    for name, m in model.named_modules():
        if name in runs:
            handles.append(m.register_forward_hook(lambda layer, i, o, name=name: runs[name].append((name, tuple(i[0].shape), tuple(o.shape), sum(p.numel() for p in layer.parameters())))))
    try:
        model.eval()
        with torch.no_grad():
            model(torch.zeros(input_shape))
    finally:
        for h in handles:
            h.remove()
        for m, t in was.items():
            m.training = t
    return [row for rows in runs.values() for row in rows]

# %% wrong: chained_children
# step: names, misconception: values
def shape_table(model, input_shape):
    rows = []
    x = torch.zeros(input_shape)
    for name, layer in model.named_children():
        y = layer(x)
        rows.append((name, tuple(x.shape), tuple(y.shape), sum(p.numel() for p in layer.parameters())))
        x = y
    return rows

# %% wrong: whole_model_counted, an edit of hooks
# step: rows, misconception: values
#-             count = sum(parameter.numel() for parameter in layer.parameters())
#+             count = sum(parameter.numel() for parameter in model.parameters())

# %% wrong: tensors_counted, an edit of hooks
# step: rows, misconception: values
#-             count = sum(parameter.numel() for parameter in layer.parameters())
#+             count = len(list(layer.parameters()))

# %% wrong: inputs_not_unpacked, an edit of hooks
# step: rows, misconception: inputs-are-a-tuple
#-             rows.append((name, tuple(inputs[0].shape), tuple(output.shape), count))
#+             rows.append((name, tuple(inputs.shape), tuple(output.shape), count))

# %% wrong: maker_registered, an edit of hooks
# step: rows, misconception: hook-arguments
#-         module.register_forward_hook(watch(name))
#+         module.register_forward_hook(watch)

# %% wrong: batch_of_batches, an edit of hooks
# step: rows, misconception: batch-added
#-             model(torch.zeros(input_shape))
#+             model(torch.zeros(1, *input_shape))

# %% wrong: batch_taken_off, an edit of hooks
# step: rows, misconception: batch-left-out
#-             model(torch.zeros(input_shape))
#+             model(torch.zeros(input_shape[1:]))

# %% wrong: conv_and_linear_only, an edit of hooks
# step: rows, misconception: values
#-         if not list(module.children())
#+         if isinstance(module, (nn.Conv2d, nn.Linear))

# %% wrong: dicts, an edit of hooks
# step: rows, misconception: type
#-             rows.append((name, tuple(inputs[0].shape), tuple(output.shape), count))
#+             rows.append({"name": name, "in": tuple(inputs[0].shape), "out": tuple(output.shape), "params": count})

# %% wrong: hook_on_model_only, an edit of hooks
# step: rows, misconception: values
#-         for name, module in model.named_modules()
#-         if not list(module.children())
#+         for name, module in [("", model)]

# %% wrong: pre_hook, an edit of hooks
# step: rows, misconception: hook-arguments
#-         module.register_forward_hook(watch(name))
#+         module.register_forward_pre_hook(watch(name))

# %% wrong: first_sample_of_output, an edit of hooks
# step: rows, misconception: values
#-             rows.append((name, tuple(inputs[0].shape), tuple(output.shape), count))
#+             rows.append((name, tuple(inputs[0].shape), tuple(output[0].shape), count))

# %% wrong: hook_returns_row, an edit of hooks
# step: rows, misconception: hook-returns
#-             rows.append((name, tuple(inputs[0].shape), tuple(output.shape), count))
#+             row = (name, tuple(inputs[0].shape), tuple(output.shape), count)
#+             rows.append(row)
#+             return row

# %% wrong: last_layer_first, an edit of hooks
# step: rows, misconception: reversed
#-     return rows
#+     return rows[::-1]

# %% wrong: first_axes_counted, an edit of hooks
# step: rows, misconception: values
#-             count = sum(parameter.numel() for parameter in layer.parameters())
#+             count = sum(len(parameter) for parameter in layer.parameters())

# %% wrong: always_one_image, an edit of hooks
# step: rows, misconception: values
#-             model(torch.zeros(input_shape))
#+             model(torch.zeros(1, *input_shape[1:]))
