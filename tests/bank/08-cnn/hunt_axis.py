# %% accepted: dim_1
def most_likely(model, x):
    with torch.no_grad():
        probabilities = model(x).softmax(dim=1)
    largest = probabilities.max(dim=1)
    return largest.indices, largest.values

# %% accepted: by_logits
def most_likely(model, x):
    logits = model(x).detach()
    classes = logits.argmax(-1)
    return [classes, torch.exp(logits.amax(-1) - logits.logsumexp(-1))]

# %% wrong: as_it_was, an edit of dim_1
# step: classes, misconception: softmax-over-batch
#-         probabilities = model(x).softmax(dim=1)
#+         probabilities = model(x).softmax(dim=0)

# %% wrong: max_over_images, an edit of dim_1
# step: classes, misconception: largest-over-batch
#-     largest = probabilities.max(dim=1)
#+     largest = probabilities.max(dim=0)

# %% wrong: no_softmax, an edit of dim_1
# step: classes, misconception: logits-for-probabilities
#-         probabilities = model(x).softmax(dim=1)
#+         probabilities = model(x)

# %% wrong: twice, an edit of dim_1
# step: classes, misconception: softmax-twice
#-         probabilities = model(x).softmax(dim=1)
#+         probabilities = model(x).softmax(dim=1).softmax(dim=1)

# %% wrong: other_order, an edit of dim_1
# step: classes, misconception: classes-last
#-     return largest.indices, largest.values
#+     return largest.values, largest.indices

# %% wrong: classes_only, an edit of dim_1
# step: classes, misconception: type
#-     return largest.indices, largest.values
#+     return largest.indices

# %% wrong: nothing, an edit of dim_1
# step: classes, misconception: missing-return
#-     return largest.indices, largest.values

# %% wrong: squeezed, an edit of dim_1
# step: one-image, misconception: shape
#-     return largest.indices, largest.values
#+     return largest.indices.squeeze(), largest.values.squeeze()

# %% wrong: sigmoid
# step: classes, misconception: sigmoid-for-softmax
def most_likely(model, x):
    with torch.no_grad():
        probabilities = model(x).sigmoid()
    largest = probabilities.max(dim=1)
    return largest.indices, largest.values

# %% wrong: largest_of_all
# step: classes, misconception: largest-over-batch
def most_likely(model, x):
    with torch.no_grad():
        p = model(x).softmax(dim=1)
    return p.argmax(), p.max()

# %% wrong: largest_probability_of_all, an edit of dim_1
# step: classes, misconception: largest-over-batch
#-     return largest.indices, largest.values
#+     return largest.indices, probabilities.max()
