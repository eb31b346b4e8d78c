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

# %% accepted: plain
def as_batch(image):
    if image.ndim == 2:
        return image[None, None]
    if image.ndim == 3:
        return image[None]
    raise ValueError("not an image")

# %% accepted: unsqueeze
def as_batch(image):
    if image.dim() not in (2, 3):
        raise ValueError("an image has 2 or 3 axes, not %d" % image.dim())
    while image.dim() < 4:
        image = image.unsqueeze(0)
    return image

# %% wrong: assert, an edit of plain
# step: refuses, misconception: other-error
#-     raise ValueError("not an image")
#+     assert image.ndim in (2, 3), "not an image"

# %% wrong: axes_behind, an edit of plain
# step: grey, misconception: axes-at-the-end
#-         return image[None, None]
#+         return image[..., None, None]

# %% wrong: batch_of_one_passes, an edit of plain
# step: refuses, misconception: no-error
#          return image[None]
#+     if image.ndim == 4 and image.shape[0] == 1:
#+         return image

# %% wrong: batch_passes, an edit of plain
# step: refuses, misconception: no-error
#          return image[None]
#+     if image.ndim == 4:
#+         return image

# %% wrong: channels_for_images, an edit of plain
# step: channels, misconception: channels-for-images
#-         return image[None]
#+         return image[:, None]

# %% wrong: channels_last, an edit of plain
# step: channels, misconception: hwc-assumed
#-         return image[None]
#+         return image.permute(2, 0, 1)[None]

# %% wrong: colour_only, an edit of plain
# step: channels, misconception: raised
#      if image.ndim == 3:
#+         if image.shape[0] not in (1, 3):
#+             raise ValueError("1 or 3 channels")

# %% wrong: exception, an edit of plain
# step: refuses, misconception: other-error
#-     raise ValueError("not an image")
#+     raise Exception("not an image")

# %% wrong: five_axes, an edit of plain
# step: channels, misconception: one-axis-too-many
#-         return image[None]
#+         return image[None, None]

# %% wrong: floats, an edit of plain
# step: dtype, misconception: dtype
#-         return image[None, None]
#+         return image.float()[None, None]
# ...
#-         return image[None]
#+         return image.float()[None]

# %% wrong: grey_channel_last, an edit of plain
# step: grey, misconception: axes-at-the-end
#-         return image[None, None]
#+         return image[None, :, :, None]

# %% wrong: grey_to_colour, an edit of plain
# step: grey, misconception: grey-to-colour
#-         return image[None, None]
#+         return image.repeat(1, 3, 1, 1)

# %% wrong: grey_untouched, an edit of plain
# step: grey, misconception: no-batch-axis
#-         return image[None, None]
#+         return image

# %% wrong: last_three_axes
# step: refuses, misconception: no-error
def as_batch(image):
    return image.reshape(1, -1, *image.shape[-2:])

# %% wrong: nhwc_shape, an edit of plain
# step: channels, misconception: reshape-for-permute
#-         return image[None]
#+         c, h, w = image.shape
#+         return image.reshape(1, h, w, c)

# %% wrong: no_batch_axis, an edit of plain
# step: channels, misconception: no-batch-axis
#-         return image[None]
#+         return image

# %% wrong: no_message, an edit of plain
# step: refuses, misconception: silent-error
#-     raise ValueError("not an image")
#+     raise ValueError

# %% wrong: none_for_others, an edit of plain
# step: refuses, misconception: no-error
#-     raise ValueError("not an image")
#+     return None

# %% wrong: one_axis_for_all
# step: grey, misconception: one-axis-missing
def as_batch(image):
    if image.ndim not in (2, 3):
        raise ValueError("not an image")
    return image.unsqueeze(0)

# %% wrong: one_axis_for_grey, an edit of plain
# step: grey, misconception: one-axis-missing
#-         return image[None, None]
#+         return image[None]

# %% wrong: one_channel, an edit of plain
# step: channels, misconception: first-channel-only
#-         return image[None]
#+         return image[:1][None]

# %% wrong: scaled, an edit of plain
# step: grey, misconception: values
#-         return image[None, None]
#+         return image[None, None] / 255
# ...
#-         return image[None]
#+         return image[None] / 255

# %% wrong: string_returned, an edit of plain
# step: refuses, misconception: no-error
#-     raise ValueError("not an image")
#+     return ValueError("not an image")

# %% wrong: vector_passes, an edit of plain
# step: refuses, misconception: no-error
#          return image[None]
#+     if image.ndim == 1:
#+         return image[None, None, None]

# %% wrong: error_returned, an edit of plain
# step: refuses, misconception: no-error
#-     raise ValueError("not an image")
#+     return ValueError("wrong number of axes")
