# step: grey
# misconception: one-axis-missing
def as_batch(image):
    if image.ndim not in (2, 3):
        raise ValueError("not an image")
    return image.unsqueeze(0)
