# step: channels
# misconception: raised
def as_batch(image):
    if image.ndim == 2:
        return image[None, None]
    if image.ndim == 3:
        if image.shape[0] not in (1, 3):
            raise ValueError("1 or 3 channels")
        return image[None]
    raise ValueError("not an image")
