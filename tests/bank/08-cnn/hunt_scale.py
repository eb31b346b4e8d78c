# %% accepted: divided
def classify(model, photo):
    x = photo.permute(2, 0, 1)[None].float() / 255
    with torch.no_grad():
        return model(x).argmax(dim=1).item()

# %% accepted: other_way
@torch.inference_mode()
def classify(model, photo):
    (logits,) = model(torch.stack([photo[:, :, c] * (1 / 255) for c in range(3)]).unsqueeze(0))
    return max(range(len(logits)), key=lambda number: float(logits[number]))

# %% wrong: as_it_was, an edit of divided
# step: class, misconception: not-scaled
#-     x = photo.permute(2, 0, 1)[None].float() / 255
#+     x = photo.permute(2, 0, 1)[None].float()

# %% wrong: own_maximum, an edit of divided
# step: dark, misconception: scaled-by-own-maximum
#-     x = photo.permute(2, 0, 1)[None].float() / 255
#+     x = photo.permute(2, 0, 1)[None].float()
#+     x = x / x.max()

# %% wrong: twice, an edit of divided
# step: class, misconception: scaled-twice
#-     x = photo.permute(2, 0, 1)[None].float() / 255
#+     x = photo.permute(2, 0, 1)[None].float() / 255 / 255

# %% wrong: a_tensor, an edit of divided
# step: class, misconception: type
#-         return model(x).argmax(dim=1).item()
#+         return model(x).argmax(dim=1)

# %% wrong: bytes, an edit of divided
# step: class, misconception: raised
#-     x = photo.permute(2, 0, 1)[None].float() / 255
#+     x = photo.permute(2, 0, 1)[None]

# %% wrong: from_minus_one, an edit of divided
# step: class, misconception: scaled-to-minus-one
#-     x = photo.permute(2, 0, 1)[None].float() / 255
#+     x = photo.permute(2, 0, 1)[None].float() / 127.5 - 1

# %% wrong: integer_division
# step: class, misconception: scaled-twice
def classify(model, photo):
    x = (photo // 255).permute(2, 0, 1)[None].float()
    with torch.no_grad():
        return model(x).argmax(dim=1).item()

# %% wrong: own_statistics
# step: class, misconception: scaled-twice
def classify(model, photo):
    x = photo.permute(2, 0, 1)[None].float()
    x = (x - x.mean()) / x.std()
    with torch.no_grad():
        return model(x).argmax(dim=1).item()

# %% wrong: sides_swapped
# step: dark, misconception: values
def classify(model, photo):
    x = photo.permute(2, 1, 0)[None].float() / 255
    with torch.no_grad():
        return model(x).argmax(dim=1).item()
