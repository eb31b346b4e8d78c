# step: channels
# misconception: first-channel-only
def as_batch(image):
    if image.ndim == 2:
        return image[None, None]
    if image.ndim == 3:
        return image[:1][None]
    raise ValueError("not an image")
