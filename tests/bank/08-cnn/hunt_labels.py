# %% accepted: one_order
def shuffled(images, labels):
    order = torch.randperm(len(images))
    return images[order], labels[order]

# %% accepted: list_of_pairs
import random


def shuffled(images, labels):
    pairs = list(zip(images, labels))
    random.shuffle(pairs)
    return torch.stack([image for image, _ in pairs]), torch.stack([label for _, label in pairs])

# %% wrong: as_it_was, an edit of one_order
# step: pairs, misconception: pairs-broken
#-     order = torch.randperm(len(images))
#-     return images[order], labels[order]
#+     images = images[torch.randperm(len(images))]
#+     labels = labels[torch.randperm(len(labels))]
#+     return images, labels

# %% wrong: labels_stay, an edit of one_order
# step: pairs, misconception: pairs-broken
#-     return images[order], labels[order]
#+     return images[order], labels

# %% wrong: labels_sorted, an edit of one_order
# step: pairs, misconception: pairs-broken
#-     return images[order], labels[order]
#+     return images[order], labels.sort().values

# %% wrong: labels_drawn, an edit of one_order
# step: pairs, misconception: labels-changed
#-     return images[order], labels[order]
#+     return images[order], torch.zeros_like(labels)

# %% wrong: no_order, an edit of one_order
# step: new-order, misconception: not-shuffled
#-     order = torch.randperm(len(images))
#+     order = torch.arange(len(images))

# %% wrong: seeded, an edit of one_order
# step: new-order, misconception: same-order-always
#-     order = torch.randperm(len(images))
#+     order = torch.randperm(len(images), generator=torch.Generator().manual_seed(0))

# %% wrong: with_repeats, an edit of one_order
# step: all-there, misconception: drawn-with-repeats
#-     order = torch.randperm(len(images))
#+     order = torch.randint(len(images), (len(images),))

# %% wrong: images_only, an edit of one_order
# step: all-there, misconception: type
#-     return images[order], labels[order]
#+     return images[order]

# %% wrong: no_return, an edit of one_order
# step: all-there, misconception: missing-return
#-     return images[order], labels[order]

# %% wrong: halved, an edit of one_order
# step: all-there, misconception: shape
#-     return images[order], labels[order]
#+     return images[order[:20]], labels[order[:20]]

# %% wrong: floats, an edit of one_order
# step: all-there, misconception: dtype
#-     return images[order], labels[order]
#+     return images[order], labels[order].float()

# %% wrong: pixels_too, an edit of one_order
# step: all-there, misconception: values
#-     return images[order], labels[order]
#+     images = images[order]
#+     images[:, :, 1] = images[:, :, 1].flip(-1)
#+     return images, labels[order]

# %% wrong: one_image_short
# step: all-there, misconception: shape
def shuffled(images, labels):
    order = torch.randperm(len(images) - 1)
    return images[order], labels[order]

# %% wrong: sorted_by_label
# step: new-order, misconception: same-order-always
def shuffled(images, labels):
    order = torch.argsort(labels)
    return images[order], labels[order]
