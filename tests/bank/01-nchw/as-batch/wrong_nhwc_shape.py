# step: channels
# misconception: reshape-for-permute
def as_batch(image):
    if image.ndim == 2:
        return image[None, None]
    if image.ndim == 3:
        c, h, w = image.shape
        return image.reshape(1, h, w, c)
    raise ValueError("not an image")
