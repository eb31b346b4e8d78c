# %% accepted: average_pooling
def smooth(signal, width):
    padded = F.pad(signal, ((width - 1) // 2, width // 2))
    return F.avg_pool1d(padded, width, stride=1)

# %% accepted: layer
def smooth(signal, width):
    channels = signal.shape[1]
    layer = nn.Conv1d(channels, channels, width, padding="same", groups=channels, bias=False)
    nn.init.constant_(layer.weight, 1 / width)
    print("a layer of", channels)
    return layer(signal)

# %% accepted: numpy_loops
import numpy as np


def smooth(signal, width):
    x = signal.numpy()
    y = np.zeros_like(x)
    for n in range(x.shape[0]):
        for c in range(x.shape[1]):
            for t in range(x.shape[2]):
                start = t - (width - 1) // 2
                y[n, c, t] = sum(x[n, c, max(start, 0) : max(start + width, 0)]) / width
    return torch.from_numpy(y)

# %% accepted: one_channel_each
def smooth(signal, width):
    n, c, length = signal.shape
    flat = signal.reshape(n * c, 1, length)
    return F.conv1d(flat, torch.ones(1, 1, width) / width, padding="same").reshape(n, c, length)

# %% accepted: running_sum
def smooth(signal, width):
    before = (width - 1) // 2
    padded = F.pad(signal.double(), (before + 1, width - 1 - before))
    total = padded.cumsum(dim=-1)
    return ((total[..., width:] - total[..., :-width]) / width).to(signal.dtype)

# %% wrong: always_three
# step: one-channel, misconception: other-width
def smooth(signal, width):
    channels = signal.shape[1]
    return F.conv1d(signal, torch.full((channels, 1, 3), 1 / 3), padding=1, groups=channels)

# %% wrong: axis_dropped
# step: one-channel, misconception: axis-lost
def smooth(signal, width):
    kernel = torch.full((1, 1, width), 1 / width)
    return torch.cat([F.conv1d(signal[:, c], kernel, padding="same") for c in range(signal.shape[1])])

# %% wrong: axis_stacked
# step: one-channel, misconception: axis-lost
def smooth(signal, width):
    kernel = torch.full((1, 1, width), 1 / width)
    return torch.stack([F.conv1d(signal[:, [c]], kernel, padding="same") for c in range(signal.shape[1])], dim=1)

# %% wrong: batch_in_one_row
# step: batch, misconception: values
def smooth(signal, width):
    n, c, length = signal.shape
    flat = signal.transpose(0, 1).reshape(1, c, n * length)
    smoothed = F.conv1d(flat, torch.full((c, 1, width), 1 / width), padding="same", groups=c)
    return smoothed.reshape(c, n, length).transpose(0, 1)

# %% wrong: causal
# step: one-channel, misconception: all-zeros-before
def smooth(signal, width):
    channels = signal.shape[1]
    kernel = torch.full((channels, 1, width), 1 / width)
    return F.conv1d(F.pad(signal, (width - 1, 0)), kernel, groups=channels)

# %% wrong: channels_averaged
# step: channels, misconception: channels-mixed
def smooth(signal, width):
    channels = signal.shape[1]
    return F.conv1d(signal, torch.full((channels, channels, width), 1 / (channels * width)), padding="same")

# %% wrong: channels_in_one_row
# step: channels, misconception: channels-mixed
def smooth(signal, width):
    n, c, length = signal.shape
    flat = signal.reshape(n, 1, c * length)
    return F.conv1d(flat, torch.full((1, 1, width), 1 / width), padding="same").reshape(n, c, length)

# %% wrong: channels_last
# step: one-channel, misconception: channels-mixed
def smooth(signal, width):
    n, channels, length = signal.shape
    x = signal.transpose(1, 2)
    y = F.conv1d(x, torch.full((length, 1, width), 1 / width), padding="same", groups=length)
    return y.transpose(1, 2)

# %% wrong: channels_summed
# step: channels, misconception: channels-mixed
def smooth(signal, width):
    channels = signal.shape[1]
    return F.conv1d(signal, torch.full((channels, channels, width), 1 / width), padding="same")

# %% wrong: ends_repeated
# step: one-channel, misconception: border-not-zero
def smooth(signal, width):
    padded = F.pad(signal, ((width - 1) // 2, width // 2), mode="replicate")
    return F.avg_pool1d(padded, width, stride=1)

# %% wrong: first_channel_for_all
# step: channels, misconception: first-channel-for-all
def smooth(signal, width):
    kernel = torch.full((1, 1, width), 1 / width)
    return F.conv1d(signal[:, :1], kernel, padding="same").expand_as(signal)

# %% wrong: half_width
# step: even, misconception: half-even-kernel
def smooth(signal, width):
    channels = signal.shape[1]
    return F.conv1d(signal, torch.full((channels, 1, width), 1 / width), padding=width // 2, groups=channels)

# %% wrong: half_width_cut_off
# step: even, misconception: extra-cell-before
def smooth(signal, width):
    channels = signal.shape[1]
    y = F.conv1d(signal, torch.full((channels, 1, width), 1 / width), padding=width // 2, groups=channels)
    return y[..., : signal.shape[-1]]

# %% wrong: in_place
# step: one-channel, misconception: mutates-input
def smooth(signal, width):
    signal -= 0.5
    channels = signal.shape[1]
    return F.conv1d(signal, torch.full((channels, 1, width), 1 / width), padding="same", groups=channels) + 0.5

# %% wrong: no_groups
# step: channels, misconception: channels-not-grouped
def smooth(signal, width):
    return F.conv1d(signal, torch.full((signal.shape[1], 1, width), 1 / width), padding="same")

# %% wrong: one_channel_out
# step: channels, misconception: channels-mixed
def smooth(signal, width):
    return F.conv1d(signal, torch.full((1, signal.shape[1], width), 1 / width), padding="same")

# %% wrong: random_kernel
# step: one-channel, misconception: values
def smooth(signal, width):
    channels = signal.shape[1]
    return nn.Conv1d(channels, channels, width, padding="same", groups=channels)(signal)

# %% wrong: smaller_half
# step: even, misconception: extra-cell-dropped
def smooth(signal, width):
    channels = signal.shape[1]
    kernel = torch.full((channels, 1, width), 1 / width)
    return F.conv1d(signal, kernel, padding=(width - 1) // 2, groups=channels)

# %% wrong: sum
# step: one-channel, misconception: sum-for-mean
def smooth(signal, width):
    channels = signal.shape[1]
    return F.conv1d(signal, torch.ones(channels, 1, width), padding="same", groups=channels)

# %% wrong: valid
# step: one-channel, misconception: padding-ignored
def smooth(signal, width):
    channels = signal.shape[1]
    return F.conv1d(signal, torch.full((channels, 1, width), 1 / width), groups=channels)

# %% wrong: zeros_not_counted
# step: one-channel, misconception: border-not-zero
def smooth(signal, width):
    padded = F.pad(signal, ((width - 1) // 2, width // 2))
    counts = F.pad(torch.ones_like(signal), ((width - 1) // 2, width // 2))
    return F.avg_pool1d(padded, width, stride=1) / F.avg_pool1d(counts, width, stride=1)

# %% wrong: joined_on_the_batch
# step: channels, misconception: shape
def smooth(signal, width):
    kernel = torch.full((1, 1, width), 1 / width)
    channels = []
    for c in range(signal.shape[1]):
        channels.append(F.conv1d(signal[:, c:c + 1], kernel, padding="same"))
    return torch.cat(channels)

# %% wrong: one_kernel_for_groups
# step: channels, misconception: raised
def smooth(signal, width):
    c = signal.shape[1]
    return F.conv1d(signal, torch.full((1, c, width), 1 / width), padding="same", groups=c)
