# %% accepted: autograd
def gradient_norms(model, x):
    weights = [layer.weight for layer in model.modules() if isinstance(layer, nn.Conv2d)]
    gradients = torch.autograd.grad(model(x).sum(), weights, allow_unused=True)
    return [0.0 if each is None else float(each.norm()) for each in gradients]

# %% accepted: backward
def gradient_norms(model, x):
    model.zero_grad()
    model(x).sum().backward()
    norms = []
    for layer in model.modules():
        if isinstance(layer, nn.Conv2d):
            gradient = layer.weight.grad
            norms.append(0.0 if gradient is None else gradient.norm().item())
    return norms

# %% accepted: by_axes
import warnings


def gradient_norms(model, x):
    """Weights with four axes, the norm by hand, a tensor of norms."""
    warnings.warn("slow")
    names = [name for name, parameter in model.named_parameters() if parameter.ndim == 4]
    for parameter in model.parameters():
        parameter.grad = None
    with torch.enable_grad():
        model(x.detach()).sum().backward()
    found = [model.get_parameter(name).grad for name in names]
    return torch.stack([torch.zeros(()) if g is None else (g**2).sum().sqrt() for g in found])

# %% accepted: copy
import copy


def gradient_norms(model, x):
    model = copy.deepcopy(model)
    model.zero_grad(set_to_none=False)
    total = model(x).sum()
    total.backward()

    def size(layer):
        return torch.linalg.vector_norm(layer.weight.grad if layer.weight.grad is not None else torch.zeros(1))

    return tuple(size(module) for _name, module in model.named_modules() if type(module) is nn.Conv2d)

# %% accepted: hooks_on_weights
def gradient_norms(model, x):
    """A hook on each weight notes the gradient as it passes by."""
    weights = [layer.weight for layer in model.modules() if isinstance(layer, nn.Conv2d)]
    norms = [0.0] * len(weights)

    def watch(place):
        return lambda gradient: norms.__setitem__(place, gradient.norm().item())

    handles = [weight.register_hook(watch(place)) for place, weight in enumerate(weights) if weight.requires_grad]
    model(x).sum().backward()
    for handle in handles:
        handle.remove()
    return norms

# %% accepted: materialized
def gradient_norms(model, x):
    layers = filter(lambda layer: isinstance(layer, nn.Conv2d), model.modules())
    weights = [layer.weight for layer in layers]
    gradients = torch.autograd.grad(model(x).sum(), weights, materialize_grads=True)
    return [torch.sqrt((gradient * gradient).sum()).item() for gradient in gradients]

# %% wrong: absolute_sum, an edit of autograd
# step: numbers, misconception: sum-for-norm
#-     return [0.0 if each is None else float(each.norm()) for each in gradients]
#+     return [0.0 if each is None else float(each.abs().sum()) for each in gradients]

# %% wrong: added_up
# step: old-gradients, misconception: gradients-added-up
def gradient_norms(model, x):
    model(x).sum().backward()
    weights = [layer.weight for layer in model.modules() if isinstance(layer, nn.Conv2d)]
    return [0.0 if weight.grad is None else float(weight.grad.norm()) for weight in weights]

# %% wrong: all_parameters, an edit of autograd
# step: numbers, misconception: not-only-convolutions
#-     weights = [layer.weight for layer in model.modules() if isinstance(layer, nn.Conv2d)]
#+     weights = list(model.parameters())

# %% wrong: children_only, an edit of autograd
# step: convolutions, misconception: shape
#-     weights = [layer.weight for layer in model.modules() if isinstance(layer, nn.Conv2d)]
#+     weights = [layer.weight for layer in model.children() if isinstance(layer, nn.Conv2d)]

# %% wrong: detached, an edit of autograd
# step: numbers, misconception: raised
#-     gradients = torch.autograd.grad(model(x).sum(), weights, allow_unused=True)
#+     gradients = torch.autograd.grad(model(x).detach().sum(), weights, allow_unused=True)

# %% wrong: eval, an edit of autograd
# step: modes, misconception: mode-changed
#      weights = [layer.weight for layer in model.modules() if isinstance(layer, nn.Conv2d)]
#+     model.eval()

# %% wrong: eval_and_back
# step: modes, misconception: mode-changed
def gradient_norms(model, x):
    was = model.training
    model.eval()
    weights = [layer.weight for layer in model.modules() if isinstance(layer, nn.Conv2d)]
    gradients = torch.autograd.grad(model(x).sum(), weights, allow_unused=True)
    model.train(was)
    return [0.0 if each is None else float(each.norm()) for each in gradients]

# %% wrong: every_weight, an edit of autograd
# step: convolutions, misconception: not-only-convolutions
#-     weights = [layer.weight for layer in model.modules() if isinstance(layer, nn.Conv2d)]
#+     weights = [p for name, p in model.named_parameters() if name.endswith("weight")]

# %% wrong: largest, an edit of autograd
# step: numbers, misconception: largest-for-norm
#-     return [0.0 if each is None else float(each.norm()) for each in gradients]
#+     return [0.0 if each is None else float(each.abs().max()) for each in gradients]

# %% wrong: left_in_training
# step: left-as-it-was, misconception: mode-changed
import copy


def gradient_norms(model, x):
    runs = copy.deepcopy(model)
    model.train()
    weights = [layer.weight for layer in runs.modules() if isinstance(layer, nn.Conv2d)]
    gradients = torch.autograd.grad(runs(x).sum(), weights, allow_unused=True)
    return [0.0 if each is None else float(each.norm()) for each in gradients]

# %% wrong: linear_too, an edit of autograd
# step: convolutions, misconception: not-only-convolutions
#-     weights = [layer.weight for layer in model.modules() if isinstance(layer, nn.Conv2d)]
#+     weights = [layer.weight for layer in model.modules() if isinstance(layer, (nn.Conv2d, nn.Linear))]

# %% wrong: mean, an edit of autograd
# step: numbers, misconception: mean-for-sum
#-     gradients = torch.autograd.grad(model(x).sum(), weights, allow_unused=True)
#+     gradients = torch.autograd.grad(model(x).mean(), weights, allow_unused=True)

# %% wrong: mean_size, an edit of autograd
# step: numbers, misconception: mean-for-norm
#-     return [0.0 if each is None else float(each.norm()) for each in gradients]
#+     return [0.0 if each is None else float(each.abs().mean()) for each in gradients]

# %% wrong: no_grad, an edit of autograd
# step: numbers, misconception: raised
#-     gradients = torch.autograd.grad(model(x).sum(), weights, allow_unused=True)
#+     with torch.no_grad():
#+         total = model(x).sum()
#+     gradients = torch.autograd.grad(total, weights, allow_unused=True)

# %% wrong: no_return, an edit of autograd
# step: numbers, misconception: missing-return
#-     return [0.0 if each is None else float(each.norm()) for each in gradients]
#+     norms = [0.0 if each is None else float(each.norm()) for each in gradients]

# %% wrong: no_unused, an edit of autograd
# step: unused, misconception: unused-forgotten
#-     gradients = torch.autograd.grad(model(x).sum(), weights, allow_unused=True)
#+     gradients = torch.autograd.grad(model(x).sum(), weights)

# %% wrong: of_the_input, an edit of autograd
# step: numbers, misconception: type
#  def gradient_norms(model, x):
#+     x = x.clone().requires_grad_()
#+     model(x).sum().backward()
#+     return float(x.grad.norm())

# %% wrong: one_number, an edit of autograd
# step: numbers, misconception: type
#-     return [0.0 if each is None else float(each.norm()) for each in gradients]
#+     return float(sum(each.norm() for each in gradients))

# %% wrong: reversed, an edit of autograd
# step: numbers, misconception: reversed
#-     return [0.0 if each is None else float(each.norm()) for each in gradients]
#+     return [0.0 if each is None else float(each.norm()) for each in reversed(gradients)]

# %% wrong: squared, an edit of autograd
# step: numbers, misconception: squared
#-     return [0.0 if each is None else float(each.norm()) for each in gradients]
#+     return [0.0 if each is None else float(each.pow(2).sum()) for each in gradients]

# %% wrong: takes_a_step
# step: old-gradients, misconception: parameters-changed
def gradient_norms(model, x):
    model.zero_grad()
    model(x).sum().backward()
    weights = [layer.weight for layer in model.modules() if isinstance(layer, nn.Conv2d)]
    norms = [0.0 if weight.grad is None else float(weight.grad.norm()) for weight in weights]
    with torch.no_grad():
        for parameter in model.parameters():
            if parameter.grad is not None:
                parameter -= 0.01 * parameter.grad
    return norms

# %% wrong: train, an edit of autograd
# step: convolutions, misconception: mode-changed
#      weights = [layer.weight for layer in model.modules() if isinstance(layer, nn.Conv2d)]
#+     model.train()

# %% wrong: unused_left_out, an edit of autograd
# step: unused, misconception: unused-left-out
#-     return [0.0 if each is None else float(each.norm()) for each in gradients]
#+     return [float(each.norm()) for each in gradients if each is not None]

# %% wrong: weights, an edit of autograd
# step: numbers, misconception: weights-for-gradients
#-     return [0.0 if each is None else float(each.norm()) for each in gradients]
#+     return [0.0 if each is None else float(each.norm()) for each in weights]

# %% wrong: zeroed_after
# step: old-gradients, misconception: gradients-added-up
def gradient_norms(model, x):
    model(x).sum().backward()
    weights = [layer.weight for layer in model.modules() if isinstance(layer, nn.Conv2d)]
    norms = [0.0 if weight.grad is None else float(weight.grad.norm()) for weight in weights]
    model.zero_grad()
    return norms

# %% wrong: unused_backward
# step: unused, misconception: unused-forgotten
def gradient_norms(model, x):
    model.zero_grad()
    model(x).sum().backward()
    return [float(layer.weight.grad.norm()) for layer in model.modules() if isinstance(layer, nn.Conv2d)]

# %% wrong: unused_item
# step: unused, misconception: unused-forgotten
def gradient_norms(model, x):
    weights = [layer.weight for layer in model.modules() if isinstance(layer, nn.Conv2d)]
    return [g.pow(2).sum().sqrt().item() for g in torch.autograd.grad(model(x).sum(), weights, allow_unused=True)]

# %% wrong: unused_torch_norm
# step: unused, misconception: unused-forgotten
def gradient_norms(model, x):
    for p in model.parameters():
        p.grad = None
    model(x).sum().backward()
    return [torch.linalg.norm(m.weight.grad).item() for m in model.modules() if isinstance(m, nn.Conv2d)]

# %% wrong: unused_is_none
# step: unused, misconception: unused-forgotten
def gradient_norms(model, x):
    weights = [layer.weight for layer in model.modules() if isinstance(layer, nn.Conv2d)]
    return [None if g is None else float(g.norm()) for g in torch.autograd.grad(model(x).sum(), weights, allow_unused=True)]

# %% wrong: each_its_own_backward
# step: numbers, misconception: gradients-added-up
def gradient_norms(model, x):
    norms = []
    for m in model.modules():
        if isinstance(m, nn.Conv2d):
            model(x).sum().backward()
            norms.append(0.0 if m.weight.grad is None else m.weight.grad.norm().item())
    return norms

# %% wrong: of_loss
# step: numbers, misconception: squares-for-sum
def gradient_norms(model, x):
    model.zero_grad()
    (model(x) ** 2).mean().backward()
    return [0.0 if m.weight.grad is None else m.weight.grad.norm().item() for m in model.modules() if isinstance(m, nn.Conv2d)]

# %% wrong: with_bias
# step: numbers, misconception: bias-too
def gradient_norms(model, x):
    model.zero_grad()
    model(x).sum().backward()
    norms = []
    for m in model.modules():
        if isinstance(m, nn.Conv2d):
            g = [p.grad.flatten() for p in m.parameters() if p.grad is not None]
            norms.append(float(torch.cat(g).norm()) if g else 0.0)
    return norms

# %% wrong: per_filter
# step: numbers, misconception: type
def gradient_norms(model, x):
    model.zero_grad()
    model(x).sum().backward()
    return [m.weight.grad.norm(dim=(1, 2, 3)) for m in model.modules() if isinstance(m, nn.Conv2d) and m.weight.grad is not None]

# %% wrong: backward_without_sum
# step: numbers, misconception: sum-missing
def gradient_norms(model, x):
    model.zero_grad()
    model(x).backward()
    return [0.0 if m.weight.grad is None else m.weight.grad.norm().item() for m in model.modules() if isinstance(m, nn.Conv2d)]

# %% wrong: norm_of_sum
# step: numbers, misconception: sum-for-norm
def gradient_norms(model, x):
    model.zero_grad()
    model(x).sum().backward()
    return [0.0 if m.weight.grad is None else m.weight.grad.sum().abs().item() for m in model.modules() if isinstance(m, nn.Conv2d)]

# %% wrong: no_backward
# step: numbers, misconception: no-backward
def gradient_norms(model, x):
    model.zero_grad()
    model(x).sum()
    return [layer.weight.grad.norm().item() for layer in model.modules() if isinstance(layer, nn.Conv2d)]

# %% wrong: no_backward_but_a_list
# step: numbers, misconception: no-backward
def gradient_norms(model, x):
    model(x).sum()
    gradients = [layer.weight.grad for layer in model.modules() if isinstance(layer, nn.Conv2d)]
    return [gradient and gradient.norm().item() for gradient in gradients]

# %% wrong: backward_assigned
# step: numbers, misconception: no-backward
def gradient_norms(model, x):
    gradients = model(x).sum().backward()
    return [gradient.norm().item() for gradient in gradients]

# %% wrong: as_they_run
# step: convolutions, misconception: running-order
def gradient_norms(model, x):
    """The weights in the order in which the layers run, the unused ones last."""
    convolutions = [layer for layer in model.modules() if isinstance(layer, nn.Conv2d)]
    ran = []
    handles = [layer.register_forward_hook(lambda layer, inputs, output: ran.append(layer)) for layer in convolutions]
    total = model(x).sum()
    for handle in handles:
        handle.remove()
    weights = [layer.weight for layer in ran + [layer for layer in convolutions if layer not in ran]]
    gradients = torch.autograd.grad(total, weights, allow_unused=True)
    return [0.0 if each is None else float(each.norm()) for each in gradients]

# %% wrong: root_mean_square, an edit of autograd
# step: numbers, misconception: mean-for-norm
#-     return [0.0 if each is None else float(each.norm()) for each in gradients]
#+     return [0.0 if each is None else float(each.square().mean().sqrt()) for each in gradients]

# %% wrong: a_dict, an edit of autograd
# step: numbers, misconception: type
#-     return [0.0 if each is None else float(each.norm()) for each in gradients]
#+     return {i: 0.0 if each is None else float(each.norm()) for i, each in enumerate(gradients)}

# %% wrong: nan_for_unused, an edit of autograd
# step: unused, misconception: unused-forgotten
#-     return [0.0 if each is None else float(each.norm()) for each in gradients]
#+     return [float("nan") if each is None else float(each.norm()) for each in gradients]

# %% wrong: step_of_an_optimizer
# step: old-gradients, misconception: parameters-changed
def gradient_norms(model, x):
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    optimizer.zero_grad()
    model(x).sum().backward()
    optimizer.step()
    return [0.0 if m.weight.grad is None else float(m.weight.grad.norm()) for m in model.modules() if isinstance(m, nn.Conv2d)]

# %% wrong: norm_of_order_one
# step: numbers, misconception: sum-for-norm
def gradient_norms(model, x):
    model.zero_grad()
    model(x).sum().backward()
    return [0.0 if m.weight.grad is None else float(m.weight.grad.norm(p=1)) for m in model.modules() if isinstance(m, nn.Conv2d)]

# %% wrong: spectral
# step: numbers, misconception: largest-for-norm
def gradient_norms(model, x):
    model.zero_grad()
    model(x).sum().backward()
    return [0.0 if m.weight.grad is None else float(torch.linalg.matrix_norm(m.weight.grad.flatten(1), 2)) for m in model.modules() if isinstance(m, nn.Conv2d)]

# %% wrong: run_not_recorded
# step: numbers, misconception: gradients-lost
def gradient_norms(model, x):
    with torch.no_grad():
        y = model(x).sum()
    y.requires_grad_()
    y.backward()
    return [0.0 if m.weight.grad is None else float(m.weight.grad.norm()) for m in model.modules() if isinstance(m, nn.Conv2d)]

# %% wrong: removed_before_read
# step: numbers, misconception: gradients-lost
def gradient_norms(model, x):
    model(x).sum().backward()
    model.zero_grad()
    weights = [layer.weight for layer in model.modules() if isinstance(layer, nn.Conv2d)]
    return [0.0 if weight.grad is None else float(weight.grad.norm()) for weight in weights]

# %% wrong: standard_deviations, an edit of autograd
# step: numbers, misconception: mean-for-norm
#-     return [0.0 if each is None else float(each.norm()) for each in gradients]
#+     return [0.0 if each is None else float(each.std()) for each in gradients]

# %% wrong: by_name
# step: numbers, misconception: shape
def gradient_norms(model, x):
    model.zero_grad()
    model(x).sum().backward()
    return [0.0 if layer.weight.grad is None else float(layer.weight.grad.norm()) for name, layer in model.named_modules() if "conv" in name]

# %% wrong: pairs, an edit of autograd
# step: numbers, misconception: type
#-     return [0.0 if each is None else float(each.norm()) for each in gradients]
#+     return [(name, 0.0 if each is None else float(each.norm())) for name, each in enumerate(gradients)]
