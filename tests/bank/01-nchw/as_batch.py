# %% accepted: match
def as_batch(image):
    match tuple(image.shape):
        case (h, w):
            return image.reshape(1, 1, h, w)
        case (c, h, w):
            return image.reshape(1, c, h, w)
        case other:
            raise ValueError("neither (H, W) nor (C, H, W)", other)

# %% accepted: own_error
class NotAnImage(ValueError):
    pass


def as_batch(image):
    shapes = {2: (1, 1, *image.shape), 3: (1, *image.shape)}
    if image.ndim not in shapes:
        raise NotAnImage(f"got {image.ndim} axes")
    return image.clone().reshape(shapes[image.ndim])

# %% accepted: unsqueeze
def as_batch(image):
    if image.dim() not in (2, 3):
        raise ValueError("an image has 2 or 3 axes, not %d" % image.dim())
    while image.dim() < 4:
        image = image.unsqueeze(0)
    return image

# %% wrong: assert
# step: refuses, misconception: other-error
def as_batch(image):
    if image.ndim == 2:
        return image[None, None]
    if image.ndim == 3:
        return image[None]
    assert image.ndim in (2, 3), "not an image"

# %% wrong: axes_behind
# step: grey, misconception: axes-at-the-end
def as_batch(image):
    if image.ndim == 2:
        return image[..., None, None]
    if image.ndim == 3:
        return image[None]
    raise ValueError("not an image")

# %% wrong: batch_of_one_passes
# step: refuses, misconception: no-error
def as_batch(image):
    if image.ndim == 2:
        return image[None, None]
    if image.ndim == 3:
        return image[None]
    if image.ndim == 4 and image.shape[0] == 1:
        return image
    raise ValueError("not an image")

# %% wrong: batch_passes
# step: refuses, misconception: no-error
def as_batch(image):
    if image.ndim == 2:
        return image[None, None]
    if image.ndim == 3:
        return image[None]
    if image.ndim == 4:
        return image
    raise ValueError("not an image")

# %% wrong: channels_for_images
# step: channels, misconception: channels-for-images
def as_batch(image):
    if image.ndim == 2:
        return image[None, None]
    if image.ndim == 3:
        return image[:, None]
    raise ValueError("not an image")

# %% wrong: channels_last
# step: channels, misconception: hwc-assumed
def as_batch(image):
    if image.ndim == 2:
        return image[None, None]
    if image.ndim == 3:
        return image.permute(2, 0, 1)[None]
    raise ValueError("not an image")

# %% wrong: colour_only
# step: channels, misconception: raised
def as_batch(image):
    if image.ndim == 2:
        return image[None, None]
    if image.ndim == 3:
        if image.shape[0] not in (1, 3):
            raise ValueError("1 or 3 channels")
        return image[None]
    raise ValueError("not an image")

# %% wrong: exception
# step: refuses, misconception: other-error
def as_batch(image):
    if image.ndim == 2:
        return image[None, None]
    if image.ndim == 3:
        return image[None]
    raise Exception("not an image")

# %% wrong: five_axes
# step: channels, misconception: one-axis-too-many
def as_batch(image):
    if image.ndim == 2:
        return image[None, None]
    if image.ndim == 3:
        return image[None, None]
    raise ValueError("not an image")

# %% wrong: floats
# step: dtype, misconception: dtype
def as_batch(image):
    if image.ndim == 2:
        return image.float()[None, None]
    if image.ndim == 3:
        return image.float()[None]
    raise ValueError("not an image")

# %% wrong: grey_channel_last
# step: grey, misconception: axes-at-the-end
def as_batch(image):
    if image.ndim == 2:
        return image[None, :, :, None]
    if image.ndim == 3:
        return image[None]
    raise ValueError("not an image")

# %% wrong: grey_to_colour
# step: grey, misconception: grey-to-colour
def as_batch(image):
    if image.ndim == 2:
        return image.repeat(1, 3, 1, 1)
    if image.ndim == 3:
        return image[None]
    raise ValueError("not an image")

# %% wrong: grey_untouched
# step: grey, misconception: no-batch-axis
def as_batch(image):
    if image.ndim == 2:
        return image
    if image.ndim == 3:
        return image[None]
    raise ValueError("not an image")

# %% wrong: last_three_axes
# step: refuses, misconception: no-error
def as_batch(image):
    return image.reshape(1, -1, *image.shape[-2:])

# %% wrong: nhwc_shape
# step: channels, misconception: reshape-for-permute
def as_batch(image):
    if image.ndim == 2:
        return image[None, None]
    if image.ndim == 3:
        c, h, w = image.shape
        return image.reshape(1, h, w, c)
    raise ValueError("not an image")

# %% wrong: no_batch_axis
# step: channels, misconception: no-batch-axis
def as_batch(image):
    if image.ndim == 2:
        return image[None, None]
    if image.ndim == 3:
        return image
    raise ValueError("not an image")

# %% wrong: no_message
# step: refuses, misconception: silent-error
def as_batch(image):
    if image.ndim == 2:
        return image[None, None]
    if image.ndim == 3:
        return image[None]
    raise ValueError

# %% wrong: none_for_others
# step: refuses, misconception: no-error
def as_batch(image):
    if image.ndim == 2:
        return image[None, None]
    if image.ndim == 3:
        return image[None]
    return None

# %% wrong: one_axis_for_all
# step: grey, misconception: one-axis-missing
def as_batch(image):
    if image.ndim not in (2, 3):
        raise ValueError("not an image")
    return image.unsqueeze(0)

# %% wrong: one_axis_for_grey
# step: grey, misconception: one-axis-missing
def as_batch(image):
    if image.ndim == 2:
        return image[None]
    if image.ndim == 3:
        return image[None]
    raise ValueError("not an image")

# %% wrong: one_channel
# step: channels, misconception: first-channel-only
def as_batch(image):
    if image.ndim == 2:
        return image[None, None]
    if image.ndim == 3:
        return image[:1][None]
    raise ValueError("not an image")

# %% wrong: scaled
# step: grey, misconception: values
def as_batch(image):
    if image.ndim == 2:
        return image[None, None] / 255
    if image.ndim == 3:
        return image[None] / 255
    raise ValueError("not an image")

# %% wrong: string_returned
# step: refuses, misconception: no-error
def as_batch(image):
    if image.ndim == 2:
        return image[None, None]
    if image.ndim == 3:
        return image[None]
    return ValueError("not an image")

# %% wrong: vector_passes
# step: refuses, misconception: no-error
def as_batch(image):
    if image.ndim == 2:
        return image[None, None]
    if image.ndim == 3:
        return image[None]
    if image.ndim == 1:
        return image[None, None, None]
    raise ValueError("not an image")
