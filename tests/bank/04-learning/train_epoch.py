# %% accepted: log_probabilities
import numpy as np


def step(model, optimizer, x, y):
    for group in optimizer.param_groups:
        for parameter in group["params"]:
            parameter.grad = None
    log_probabilities = model(x).log_softmax(dim=-1)
    loss = -log_probabilities[torch.arange(len(y)), y].mean()
    loss.backward()
    optimizer.step()
    return loss.detach().numpy()


def train_epoch(model, loader, optimizer):
    model.train()
    pairs = [(step(model, optimizer, x, y), y.shape[0]) for x, y in loader]
    model.eval()
    return np.average([loss for loss, _ in pairs], weights=[size for _, size in pairs])

# %% accepted: module_loss_and_lists
def train_epoch(model, loader, optimizer):
    criterion = nn.CrossEntropyLoss(reduction="none")
    all_losses = []
    model.train(True)
    for number, batch in enumerate(loader):
        images, labels = batch[0], batch[1]
        model.zero_grad()
        losses = criterion(model(images), labels)
        losses.mean().backward()
        optimizer.step()
        all_losses += losses.tolist()
        print("batch", number)
    return sum(all_losses) / len(all_losses)

# %% accepted: plain
def train_epoch(model, loader, optimizer):
    model.train()
    total, count = 0.0, 0
    for x, y in loader:
        optimizer.zero_grad()
        loss = F.cross_entropy(model(x), y)
        loss.backward()
        optimizer.step()
        total += loss.item() * len(y)
        count += len(y)
    return total / count

# %% wrong: accuracy_returned, an edit of plain
# step: loss, misconception: accuracy-for-loss
#          loss.backward()
#+         total += (model(x).argmax(1) == y).sum().item()
# ...
#-         total += loss.item() * len(y)

# %% wrong: by_index, an edit of plain
# step: loss, misconception: loader-only-looped
#-     for x, y in loader:
#+     for number in range(len(loader)):
#+         x, y = loader[number]

# %% wrong: divided_by_images, an edit of plain
# step: loss, misconception: divided-by-images
#-         total += loss.item() * len(y)
#+         total += loss.item()

# %% wrong: eval, an edit of plain
# step: train-mode, misconception: eval-mode-left
#-     model.train()
#+     model.eval()

# %% wrong: last_batch_steps, an edit of plain
# step: learns, misconception: last-batch-only
#-         optimizer.step()
# ...
#          count += len(y)
#+     optimizer.step()

# %% wrong: last_loss, an edit of plain
# step: mean, misconception: last-batch-only
#-     return total / count
#+     return loss.item()

# %% wrong: length_of_the_data_set, an edit of plain
# step: any-loader, misconception: loader-only-looped
#-         count += len(y)
#-     return total / count
#+     return total / len(loader.dataset)

# %% wrong: loss_measured_again, an edit of plain
# step: loss, misconception: loss-after-epoch
#-         total += loss.item() * len(y)
#+         total += F.cross_entropy(model(x), y).item() * len(y)

# %% wrong: mean_over_batches, an edit of plain
# step: unequal-batches, misconception: mean-over-batches
#-         total += loss.item() * len(y)
#-         count += len(y)
#+         total += loss.item()
#+         count += 1

# %% wrong: mean_squared_error, an edit of plain
# step: loss, misconception: values
#-         loss = F.cross_entropy(model(x), y)
#+         loss = F.mse_loss(model(x).softmax(1), F.one_hot(y, 3).float())

# %% wrong: mode_left, an edit of plain
# step: train-mode, misconception: eval-mode-left
#-     model.train()

# %% wrong: nll, an edit of plain
# step: loss, misconception: logits-for-log-probabilities
#-         loss = F.cross_entropy(model(x), y)
#+         loss = F.nll_loss(model(x), y)

# %% wrong: no_backward, an edit of plain
# step: learns, misconception: no-step
#-         loss.backward()

# %% wrong: no_grad, an edit of plain
# step: loss, misconception: raised
#-         loss = F.cross_entropy(model(x), y)
#+         with torch.no_grad():
#+             loss = F.cross_entropy(model(x), y)

# %% wrong: no_return, an edit of plain
# step: loss, misconception: missing-return
#-     return total / count

# %% wrong: no_step, an edit of plain
# step: learns, misconception: no-step
#-         optimizer.step()

# %% wrong: no_zero_grad, an edit of plain
# step: learns, misconception: no-zero-grad
#-         optimizer.zero_grad()

# %% wrong: one_step_at_the_end
# step: learns, misconception: one-step-for-all
def train_epoch(model, loader, optimizer):
    model.train()
    total, count = 0.0, 0
    optimizer.zero_grad()
    for x, y in loader:
        loss = F.cross_entropy(model(x), y)
        loss.backward()
        total += loss.item() * len(y)
        count += len(y)
    optimizer.step()
    return total / count

# %% wrong: own_descent, an edit of plain
# step: optimizer, misconception: trained-otherwise
#-         optimizer.step()
#+         with torch.no_grad():
#+             for parameter in model.parameters():
#+                 parameter -= optimizer.param_groups[0]["lr"] * parameter.grad

# %% wrong: own_optimizer, an edit of plain
# step: learns, misconception: trained-otherwise
#      model.train()
#+     optimizer = torch.optim.Adam(model.parameters())

# %% wrong: return_in_loop, an edit of plain
# step: learns, misconception: first-batch-only
#-     return total / count
#+         return total / count

# %% wrong: softmax, an edit of plain
# step: loss, misconception: softmax-before-loss
#-         loss = F.cross_entropy(model(x), y)
#+         loss = F.cross_entropy(model(x).softmax(1), y)

# %% wrong: step_before_backward, an edit of plain
# step: learns, misconception: no-step
#          loss = F.cross_entropy(model(x), y)
#+         optimizer.step()
# ...
#-         optimizer.step()

# %% wrong: sum_goes_backward, an edit of plain
# step: learns, misconception: sum-for-mean
#-         loss.backward()
#+         (loss * len(y)).backward()

# %% wrong: sum_of_means, an edit of plain
# step: mean, misconception: sum-for-mean
#-         total += loss.item() * len(y)
#+         total += loss.item()
# ...
#-     return total / count
#+     return total

# %% wrong: sum_over_images, an edit of plain
# step: loss, misconception: sum-for-mean
#-     return total / count
#+     return total

# %% wrong: tensor, an edit of plain
# step: loss, misconception: tensor-for-float
#-         total += loss.item() * len(y)
#+         total += loss * len(y)

# %% wrong: trains_twice, an edit of plain
# step: learns, misconception: trained-otherwise
#          optimizer.step()
#+         optimizer.step()

# %% wrong: uphill, an edit of plain
# step: learns, misconception: uphill
#-         loss.backward()
#+         (-loss).backward()

# %% wrong: zero_grad_after_step, an edit of plain
# step: old-gradients, misconception: old-gradients
#-         optimizer.zero_grad()
# ...
#          optimizer.step()
#+         optimizer.zero_grad()

# %% wrong: zero_grad_before_step, an edit of plain
# step: learns, misconception: no-step
#-         optimizer.zero_grad()
# ...
#          loss.backward()
#+         optimizer.zero_grad()

# %% wrong: zero_grad_once, an edit of plain
# step: learns, misconception: no-zero-grad
#      total, count = 0.0, 0
#+     optimizer.zero_grad()
# ...
#-         optimizer.zero_grad()

# %% wrong: running_average, an edit of plain
# step: mean, misconception: running-average
#-     total, count = 0.0, 0
#+     average = None
# ...
#-         total += loss.item() * len(y)
#-         count += len(y)
#-     return total / count
#+         average = loss.item() if average is None else 0.9 * average + 0.1 * loss.item()
#+     return average

# %% wrong: ten_classes, an edit of plain
# step: loss, misconception: one-hot-labels
#-         loss = F.cross_entropy(model(x), y)
#+         loss = F.cross_entropy(model(x), F.one_hot(y, 10))

# %% wrong: classes_for_logits, an edit of plain
# step: loss, misconception: classes-for-logits
#-         loss = F.cross_entropy(model(x), y)
#+         loss = F.cross_entropy(model(x).argmax(1), y)

# %% wrong: softmax_over_images, an edit of plain
# step: loss, misconception: softmax-before-loss
#-         loss = F.cross_entropy(model(x), y)
#+         loss = F.cross_entropy(model(x).softmax(0), y)

# %% wrong: labels_first, an edit of plain
# step: loss, misconception: labels-first
#-         loss = F.cross_entropy(model(x), y)
#+         loss = F.cross_entropy(y, model(x))

# %% wrong: item_too_early, an edit of plain
# step: loss, misconception: item-too-early
#-         loss = F.cross_entropy(model(x), y)
#+         loss = F.cross_entropy(model(x), y).item()

# %% wrong: mean_squared_error_of_labels, an edit of plain
# step: loss, misconception: other-loss
#-         loss = F.cross_entropy(model(x), y)
#+         loss = F.mse_loss(model(x), y)

# %% wrong: pair_to_the_model, an edit of plain
# step: loss, misconception: batch-not-unpacked
#-         loss = F.cross_entropy(model(x), y)
#+         loss = F.cross_entropy(model((x, y)), y)
