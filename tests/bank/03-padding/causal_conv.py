# %% accepted: pad_both_crop_end
class CausalConv1d(nn.Module):
    def __init__(self, in_channels, out_channels, kernel_size, dilation=1):
        super().__init__()
        self.past = dilation * (kernel_size - 1)
        self.conv = nn.Conv1d(in_channels, out_channels, kernel_size, padding=self.past, dilation=dilation)

    def forward(self, x):
        return self.conv(x)[..., : x.shape[-1]]

# %% accepted: pad_left
class CausalConv1d(nn.Module):
    def __init__(self, in_channels, out_channels, kernel_size, dilation=1):
        super().__init__()
        self.past = dilation * (kernel_size - 1)
        self.conv = nn.Conv1d(in_channels, out_channels, kernel_size, dilation=dilation)

    def forward(self, x):
        return self.conv(F.pad(x, (self.past, 0)))

# %% accepted: sequential
class CausalConv1d(nn.Sequential):
    def __init__(self, in_channels, out_channels, kernel_size, dilation=1):
        super().__init__(
            nn.ConstantPad1d((dilation * (kernel_size - 1), 0), 0.0),
            nn.Conv1d(in_channels, out_channels, kernel_size, dilation=dilation),
        )

# %% accepted: sum_of_delays
class CausalConv1d(nn.Module):
    """A sum of delayed signals, each with its own matrix; zero at the start."""

    def __init__(self, in_channels, out_channels, kernel_size, dilation=1):
        super().__init__()
        self.taps = nn.Parameter(torch.zeros(out_channels, in_channels, kernel_size))
        self.offset = nn.Parameter(torch.zeros(out_channels))
        self.dilation = dilation

    def forward(self, x):
        length, kernel = x.shape[-1], self.taps.shape[-1]
        y = self.offset[:, None].expand(len(x), -1, length)
        for tap in range(kernel):
            delay = (kernel - 1 - tap) * self.dilation
            delayed = torch.zeros_like(x)
            if delay < length:
                delayed[..., delay:] = x[..., : length - delay]
            y = y + torch.einsum("oi,nil->nol", self.taps[..., tap], delayed)
        return y

# %% wrong: axes, an edit of pad_left
# step: length, misconception: raised
#-         return self.conv(F.pad(x, (self.past, 0)))
#+         return self.conv(F.pad(x, (0, 0, self.past, 0)))

# %% wrong: bias_forgotten, an edit of pad_left
# step: values, misconception: bias-ignored
#-         return self.conv(F.pad(x, (self.past, 0)))
#+         return F.conv1d(F.pad(x, (self.past, 0)), self.conv.weight, dilation=self.conv.dilation)

# %% wrong: detached, an edit of pad_left
# step: trainable, misconception: no-gradient
#-         return self.conv(F.pad(x, (self.past, 0)))
#+         return self.conv(F.pad(x, (self.past, 0))).detach()

# %% wrong: dilation_as_larger_kernel, an edit of pad_left
# step: length, misconception: dilation-adds-parameters
#-         self.conv = nn.Conv1d(in_channels, out_channels, kernel_size, dilation=dilation)
#+         self.conv = nn.Conv1d(in_channels, out_channels, self.past + 1)

# %% wrong: dilation_minus_one, an edit of pad_left
# step: length, misconception: shape
#-         self.past = dilation * (kernel_size - 1)
#+         self.past = dilation * kernel_size - 1

# %% wrong: dilation_not_handed_on, an edit of pad_left
# step: dilation, misconception: dilation-ignored
#-         self.past = dilation * (kernel_size - 1)
#-         self.conv = nn.Conv1d(in_channels, out_channels, kernel_size, dilation=dilation)
#+         self.past = kernel_size - 1
#+         self.conv = nn.Conv1d(in_channels, out_channels, kernel_size)

# %% wrong: first_value_repeated, an edit of pad_left
# step: values, misconception: border-not-zero
#-         return self.conv(F.pad(x, (self.past, 0)))
#+         return self.conv(F.pad(x, (self.past, 0), mode="replicate"))

# %% wrong: flipped, an edit of pad_left
# step: values, misconception: kernel-flipped
#-         return self.conv(F.pad(x, (self.past, 0)))
#+         return F.conv1d(F.pad(x, (self.past, 0)), self.conv.weight.flip(-1), self.conv.bias, dilation=self.conv.dilation)

# %% wrong: half_and_half, an edit of pad_left
# step: future, misconception: sees-the-future
#-         return self.conv(F.pad(x, (self.past, 0)))
#+         return self.conv(F.pad(x, (self.past - self.past // 2, self.past // 2)))

# %% wrong: keeps_the_end, an edit of pad_both_crop_end
# step: future, misconception: sees-the-future
#-         return self.conv(x)[..., : x.shape[-1]]
#+         return self.conv(x)[..., self.past :]

# %% wrong: kernel_times_dilation, an edit of pad_left
# step: length, misconception: kernel-for-padding
#-         self.past = dilation * (kernel_size - 1)
#+         self.past = dilation * kernel_size

# %% wrong: masked, an edit of pad_both_crop_end
# step: future, misconception: sees-the-future
#-         self.conv = nn.Conv1d(in_channels, out_channels, kernel_size, padding=self.past, dilation=dilation)
#+         self.conv = nn.Conv1d(in_channels, out_channels, kernel_size, padding="same", dilation=dilation)
# ...
#-         return self.conv(x)[..., : x.shape[-1]]
#+         y = self.conv(x)
#+         return torch.roll(y, self.past // 2, dims=-1)

# %% wrong: minus_zero, an edit of pad_both_crop_end
# step: length, misconception: minus-zero-slice
#-         return self.conv(x)[..., : x.shape[-1]]
#+         return self.conv(x)[..., : -self.past]

# %% wrong: no_bias, an edit of pad_left
# step: parameters, misconception: parameter-missing
#-         self.conv = nn.Conv1d(in_channels, out_channels, kernel_size, dilation=dilation)
#+         self.conv = nn.Conv1d(in_channels, out_channels, kernel_size, dilation=dilation, bias=False)

# %% wrong: no_dilation_in_padding, an edit of pad_left
# step: length, misconception: dilation-ignored
#-         self.past = dilation * (kernel_size - 1)
#+         self.past = kernel_size - 1

# %% wrong: no_padding, an edit of pad_left
# step: length, misconception: padding-ignored
#-         return self.conv(F.pad(x, (self.past, 0)))
#+         return self.conv(x)

# %% wrong: not_trimmed, an edit of pad_both_crop_end
# step: length, misconception: not-trimmed
#-         return self.conv(x)[..., : x.shape[-1]]
#+         return self.conv(x)

# %% wrong: only_the_past, an edit of pad_left
# step: present, misconception: present-left-out
#-         self.past = dilation * (kernel_size - 1)
#+         self.past = dilation * (kernel_size - 1) + 1
# ...
#-         return self.conv(F.pad(x, (self.past, 0)))
#+         return self.conv(F.pad(x[..., :-1], (self.past, 0)))

# %% wrong: pads_right, an edit of pad_left
# step: future, misconception: sees-the-future
#-         return self.conv(F.pad(x, (self.past, 0)))
#+         return self.conv(F.pad(x, (0, self.past)))

# %% wrong: same, an edit of pad_both_crop_end
# step: future, misconception: sees-the-future
#-         self.conv = nn.Conv1d(in_channels, out_channels, kernel_size, padding=self.past, dilation=dilation)
#+         self.conv = nn.Conv1d(in_channels, out_channels, kernel_size, padding="same", dilation=dilation)
# ...
#-         return self.conv(x)[..., : x.shape[-1]]
#+         return self.conv(x)
