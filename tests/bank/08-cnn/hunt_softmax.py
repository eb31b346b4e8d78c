# %% accepted: cross_entropy
def batch_loss(model, x, y):
    return F.cross_entropy(model(x), y)

# %% accepted: in_two_steps
def batch_loss(model, x, y):
    logarithms = model(x).log_softmax(dim=1)
    return -logarithms[range(len(y)), y].mean()

# %% wrong: as_it_was, an edit of cross_entropy
# step: loss, misconception: softmax-before-loss
#-     return F.cross_entropy(model(x), y)
#+     probabilities = model(x).softmax(dim=1)
#+     return F.cross_entropy(probabilities, y)

# %% wrong: other_axis, an edit of cross_entropy
# step: loss, misconception: softmax-over-batch
#-     return F.cross_entropy(model(x), y)
#+     return F.cross_entropy(model(x).softmax(dim=0), y)

# %% wrong: nll_of_logits, an edit of cross_entropy
# step: loss, misconception: logits-for-log-probabilities
#-     return F.cross_entropy(model(x), y)
#+     return F.nll_loss(model(x), y)

# %% wrong: nll_of_probabilities, an edit of cross_entropy
# step: loss, misconception: probabilities-for-log-probabilities
#-     return F.cross_entropy(model(x), y)
#+     return F.nll_loss(model(x).softmax(dim=1), y)

# %% wrong: sum, an edit of cross_entropy
# step: loss, misconception: sum-for-mean
#-     return F.cross_entropy(model(x), y)
#+     return F.cross_entropy(model(x), y, reduction="sum")

# %% wrong: item, an edit of cross_entropy
# step: loss, misconception: tensor-asked
#-     return F.cross_entropy(model(x), y)
#+     return F.cross_entropy(model(x), y).item()

# %% wrong: detached, an edit of cross_entropy
# step: gradient, misconception: no-gradient
#-     return F.cross_entropy(model(x), y)
#+     return F.cross_entropy(model(x).detach(), y)

# %% wrong: binary_cross_entropy
# step: loss, misconception: loss-changed
def batch_loss(model, x, y):
    logits = model(x)
    return F.binary_cross_entropy_with_logits(logits, F.one_hot(y, logits.shape[1]).float())
