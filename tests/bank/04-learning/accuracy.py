# %% accepted: deepcopy
import copy


@torch.inference_mode()
def accuracy(model, loader):
    judge = copy.deepcopy(model).eval()
    hits = [prediction == label for x, y in loader for prediction, label in zip(judge(x).max(dim=1).indices.tolist(), y.tolist())]
    return sum(hits) / len(hits)

# %% accepted: modes_noted
def accuracy(model, loader):
    modes = [(module, module.training) for module in model.modules()]
    model.eval()
    right, count = 0, 0
    with torch.no_grad():
        for x, y in loader:
            right += (model(x).argmax(dim=1) == y).sum().item()
            count += len(y)
    for module, training in modes:
        module.training = training
    return right / count

# %% accepted: numpy_and_context
import contextlib

import numpy as np


@contextlib.contextmanager
def evaluating(model):
    was = {name: module.training for name, module in model.named_modules()}
    try:
        yield model.eval()
    finally:
        for name, module in model.named_modules():
            module.train(was[name]) if not list(module.children()) else setattr(module, "training", was[name])


def accuracy(model, loader):
    with evaluating(model), torch.no_grad():
        answers = [(F.softmax(model(x), dim=1).topk(1).indices[:, 0].numpy(), y.numpy()) for x, y in loader]
    predicted, labels = (np.concatenate(each) for each in zip(*answers))
    return np.mean(predicted == labels)

# %% wrong: count, an edit of modes_noted
# step: fraction, misconception: count-for-fraction
#-     return right / count
#+     return float(right)

# %% wrong: error, an edit of modes_noted
# step: fraction, misconception: error-for-accuracy
#-             right += (model(x).argmax(dim=1) == y).sum().item()
#+             right += (model(x).argmax(dim=1) != y).sum().item()

# %% wrong: eval_after_first_batch, an edit of modes_noted
# step: evaluation, misconception: no-grad-for-eval
#-     model.eval()
# ...
#              count += len(y)
#+             model.eval()

# %% wrong: eval_without_no_grad, an edit of modes_noted
# step: no-gradients, misconception: no-grad-missing
#-     with torch.no_grad():
#+     if True:

# %% wrong: gradients_left_off, an edit of modes_noted
# step: no-gradients, misconception: gradients-left-off
#-     with torch.no_grad():
#+     torch.set_grad_enabled(False)
#+     if True:

# %% wrong: last_batch, an edit of modes_noted
# step: fraction, misconception: last-batch-only
#-             right += (model(x).argmax(dim=1) == y).sum().item()
#-             count += len(y)
#+             right = (model(x).argmax(dim=1) == y).sum().item()
#+             count = len(y)

# %% wrong: left_in_eval, an edit of modes_noted
# step: modes, misconception: mode-changed
#-     modes = [(module, module.training) for module in model.modules()]
# ...
#-     for module, training in modes:
#-         module.training = training

# %% wrong: length_of_the_data_set, an edit of modes_noted
# step: any-loader, misconception: loader-only-looped
#-             count += len(y)
# ...
#-     return right / count
#+     return right / len(loader.dataset)

# %% wrong: mean_over_batches, an edit of modes_noted
# step: unequal-batches, misconception: mean-over-batches
#-             right += (model(x).argmax(dim=1) == y).sum().item()
#-             count += len(y)
#+             right += (model(x).argmax(dim=1) == y).float().mean().item()
#+             count += 1

# %% wrong: mode_of_the_whole, an edit of modes_noted
# step: modes, misconception: all-to-training
#-     modes = [(module, module.training) for module in model.modules()]
#+     training = model.training
# ...
#-     for module, training in modes:
#-         module.training = training
#+     model.train(training)

# %% wrong: no_grad_for_eval, an edit of modes_noted
# step: evaluation, misconception: no-grad-for-eval
#-     modes = [(module, module.training) for module in model.modules()]
#-     model.eval()
# ...
#-     for module, training in modes:
#-         module.training = training

# %% wrong: no_return, an edit of modes_noted
# step: fraction, misconception: missing-return
#-     return right / count

# %% wrong: one_more_look, an edit of modes_noted
# step: statistics, misconception: no-grad-for-eval
#          module.training = training
#+     with torch.no_grad():
#+         print(model(x)[:2])

# %% wrong: over_the_batch, an edit of modes_noted
# step: fraction, misconception: softmax-wrong-axis
#-             right += (model(x).argmax(dim=1) == y).sum().item()
#+             right += (model(x).argmax(dim=0) == y).sum().item()

# %% wrong: percent, an edit of modes_noted
# step: fraction, misconception: percent-for-fraction
#-     return right / count
#+     return 100 * right / count

# %% wrong: restored_too_late, an edit of modes_noted
# step: modes, misconception: mode-changed
#              count += len(y)
#+     return right / count
# ...
#-     return right / count

# %% wrong: return_in_loop, an edit of modes_noted
# step: fraction, misconception: first-batch-only
#              count += len(y)
#+             return right / count

# %% wrong: small_batches_dropped, an edit of modes_noted
# step: unequal-batches, misconception: values
#          for x, y in loader:
#+             full = max(locals().get("full", 0), len(y))
#+             if len(y) < full:
#+                 continue

# %% wrong: smallest, an edit of modes_noted
# step: fraction, misconception: min-for-max
#-             right += (model(x).argmax(dim=1) == y).sum().item()
#+             right += (model(x).argmin(dim=1) == y).sum().item()

# %% wrong: tensor, an edit of modes_noted
# step: fraction, misconception: tensor-for-float
#-             right += (model(x).argmax(dim=1) == y).sum().item()
#+             right += (model(x).argmax(dim=1) == y).sum()

# %% wrong: train_at_the_end, an edit of modes_noted
# step: modes, misconception: mode-changed
#-     modes = [(module, module.training) for module in model.modules()]
# ...
#-     for module, training in modes:
#-         module.training = training
#+     model.train()

# %% wrong: whole_division, an edit of modes_noted
# step: fraction, misconception: type
#-     return right / count
#+     return right // count

# %% wrong: argmax_over_all, an edit of modes_noted
# step: fraction, misconception: argmax-over-all
#-             right += (model(x).argmax(dim=1) == y).sum().item()
#+             right += (model(x).argmax() == y).sum().item()

# %% wrong: softmax_over_images, an edit of modes_noted
# step: fraction, misconception: softmax-wrong-axis
#-             right += (model(x).argmax(dim=1) == y).sum().item()
#+             right += (model(x).softmax(0).argmax(dim=1) == y).sum().item()

# %% wrong: values_for_indices, an edit of modes_noted
# step: fraction, misconception: values-for-indices
#-             right += (model(x).argmax(dim=1) == y).sum().item()
#+             right += (model(x).max(1)[0] == y).sum().item()

# %% wrong: pair_compared, an edit of modes_noted
# step: fraction, misconception: values-for-indices
#-             right += (model(x).argmax(dim=1) == y).sum().item()
#+             right += (model(x).max(dim=1) == y).sum().item()
