# %% accepted: checked_first
def grouped_conv(x, weight, bias, groups):
    if x.shape[1] % groups or weight.shape[0] % groups:
        raise ValueError("in_channels and out_channels must be divisible by groups")
    if bias is None:
        bias = torch.zeros(weight.shape[0])
    triples = zip(x.chunk(groups, 1), weight.chunk(groups), bias.chunk(groups))
    return torch.cat([F.conv2d(*each) for each in triples], 1)

# %% accepted: layers
def grouped_conv(x, weight, bias, groups):
    x_parts, weights = torch.chunk(x, groups, 1), torch.chunk(weight, groups, 0)
    biases = [None] * groups if bias is None else torch.chunk(bias, groups)
    results = []
    for part, kernels, offsets in zip(x_parts, weights, biases):
        layer = nn.Conv2d(kernels.shape[1], kernels.shape[0], kernels.shape[2:], bias=offsets is not None)
        layer.weight.data = kernels
        if offsets is not None:
            layer.bias.data = offsets
        results.append(layer(part).detach())
    return torch.cat(results, 1)

# %% accepted: one_kernel_at_a_time
def grouped_conv(x, weight, bias, groups):
    seen = weight.shape[1]
    made = weight.shape[0] // groups
    maps = []
    for index, kernel in enumerate(weight):
        first = index // made * seen
        maps.append(F.conv2d(x[:, first : first + seen], kernel[None]))
    y = torch.cat(maps, dim=1)
    if bias is not None:
        y = y + bias.reshape(1, -1, 1, 1)
    return y

# %% accepted: slices
def grouped_conv(x, weight, bias, groups):
    seen, made = weight.shape[1], weight.shape[0] // groups
    parts = []
    for group in range(groups):
        channels = x[:, group * seen : (group + 1) * seen]
        kernels = weight[group * made : (group + 1) * made]
        offsets = None if bias is None else bias[group * made : (group + 1) * made]
        parts.append(F.conv2d(channels, kernels, offsets))
    return torch.cat(parts, dim=1)

# %% accepted: unfold
def grouped_conv(x, weight, bias, groups):
    n, _, height, width = x.shape
    rows, columns = height - weight.shape[2] + 1, width - weight.shape[3] + 1
    windows = F.unfold(x, weight.shape[2:]).reshape(n, groups, -1, rows * columns)
    y = torch.einsum("ngkp,gok->ngop", windows, weight.reshape(groups, weight.shape[0] // groups, -1))
    y = y.reshape(n, -1, rows, columns)
    return y if bias is None else y + bias[None, :, None, None]

# %% accepted: zeros_between
def grouped_conv(x, weight, bias, groups):
    out_channels, seen = weight.shape[:2]
    made = out_channels // groups
    whole = torch.zeros(out_channels, seen * groups, *weight.shape[2:])
    for group in range(groups):
        whole[group * made : (group + 1) * made, group * seen : (group + 1) * seen] = weight[group * made : (group + 1) * made]
    return F.conv2d(x, whole, bias)

# %% wrong: all_kernels_on_each_part
# step: two-groups, misconception: kernels-not-split
def grouped_conv(x, weight, bias, groups):
    parts = [F.conv2d(channels, weight, bias) for channels in x.chunk(groups, dim=1)]
    return torch.cat(parts, dim=1)

# %% wrong: bias_always
# step: no-bias, misconception: bias-none
def grouped_conv(x, weight, bias, groups):
    triples = zip(x.chunk(groups, dim=1), weight.chunk(groups), bias.chunk(groups))
    return torch.cat([F.conv2d(*each) for each in triples], dim=1)

# %% wrong: bias_forgotten
# step: by-hand, misconception: bias-ignored
def grouped_conv(x, weight, bias, groups):
    pairs = zip(x.chunk(groups, dim=1), weight.chunk(groups))
    return torch.cat([F.conv2d(channels, kernels) for channels, kernels in pairs], dim=1)

# %% wrong: bias_not_split
# step: two-groups, misconception: bias-not-split
def grouped_conv(x, weight, bias, groups):
    pairs = zip(x.chunk(groups, dim=1), weight.chunk(groups))
    made = weight.shape[0] // groups
    offsets = None if bias is None else bias[:made]
    return torch.cat([F.conv2d(channels, kernels, offsets) for channels, kernels in pairs], dim=1)

# %% wrong: every_second_channel
# step: two-groups, misconception: channels-interleaved
def grouped_conv(x, weight, bias, groups):
    parts = [F.conv2d(x[:, group::groups], kernels) for group, kernels in enumerate(weight.chunk(groups))]
    y = torch.cat(parts, dim=1)
    return y if bias is None else y + bias[:, None, None]

# %% wrong: every_second_kernel
# step: two-groups, misconception: channels-interleaved
def grouped_conv(x, weight, bias, groups):
    parts = [F.conv2d(channels, weight[group::groups]) for group, channels in enumerate(x.chunk(groups, dim=1))]
    y = torch.cat(parts, dim=1)
    return y if bias is None else y + bias[:, None, None]

# %% wrong: first_group_only
# step: two-groups, misconception: first-group-only
def grouped_conv(x, weight, bias, groups):
    for channels, kernels in zip(x.chunk(groups, dim=1), weight.chunk(groups)):
        y = F.conv2d(channels, kernels)
        return y if bias is None else y + bias[: len(kernels), None, None]

# %% wrong: groups_handed_on
# step: by-hand, misconception: groups-handed-on
def grouped_conv(x, weight, bias, groups):
    return F.conv2d(x, weight, bias, groups=groups)

# %% wrong: groups_summed
# step: two-groups, misconception: groups-summed
def grouped_conv(x, weight, bias, groups):
    pairs = zip(x.chunk(groups, dim=1), weight.chunk(groups))
    y = sum(F.conv2d(channels, kernels) for channels, kernels in pairs)
    return y if bias is None else y + bias[: y.shape[1], None, None]

# %% wrong: input_not_split
# step: two-groups, misconception: input-not-split
def grouped_conv(x, weight, bias, groups):
    seen = weight.shape[1]
    parts = [F.conv2d(x[:, :seen], kernels) for kernels in weight.chunk(groups)]
    y = torch.cat(parts, dim=1)
    return y if bias is None else y + bias[:, None, None]

# %% wrong: joined_in_the_batch
# step: two-groups, misconception: joined-on-another-axis
def grouped_conv(x, weight, bias, groups):
    biases = [None] * groups if bias is None else bias.chunk(groups)
    triples = zip(x.chunk(groups, dim=1), weight.chunk(groups), biases)
    return torch.cat([F.conv2d(*each) for each in triples])

# %% wrong: kernels_not_split
# step: two-groups, misconception: kernels-not-split
def grouped_conv(x, weight, bias, groups):
    made = weight.shape[0] // groups
    parts = [F.conv2d(channels, weight[:made]) for channels in x.chunk(groups, dim=1)]
    y = torch.cat(parts, dim=1)
    return y if bias is None else y + bias[:, None, None]

# %% wrong: layer_with_groups
# step: by-hand, misconception: groups-handed-on
def grouped_conv(x, weight, bias, groups):
    layer = nn.Conv2d(x.shape[1], weight.shape[0], weight.shape[2:], groups=groups, bias=bias is not None)
    layer.load_state_dict({"weight": weight} if bias is None else {"weight": weight, "bias": bias})
    return layer(x).detach()

# %% wrong: layer_with_groups_by_weight
# step: by-hand, misconception: groups-handed-on
def grouped_conv(x, weight, bias, groups):
    layer = nn.Conv2d(weight.shape[1] * groups, weight.shape[0], weight.shape[2:], groups=groups)
    layer.weight.data = weight
    layer.bias.data = torch.zeros(weight.shape[0]) if bias is None else bias
    return layer(x).detach()

# %% wrong: outputs_interleaved
# step: two-groups, misconception: outputs-interleaved
def grouped_conv(x, weight, bias, groups):
    pairs = zip(x.chunk(groups, dim=1), weight.chunk(groups))
    y = torch.stack([F.conv2d(channels, kernels) for channels, kernels in pairs], dim=2).flatten(1, 2)
    return y if bias is None else y + bias[:, None, None]

# %% wrong: split_by_groups
# step: by-hand, misconception: raised
def grouped_conv(x, weight, bias, groups):
    parts = zip(x.split(groups, dim=1), weight.chunk(groups))
    y = torch.cat([F.conv2d(channels, kernels) for channels, kernels in parts], dim=1)
    return y if bias is None else y + bias[:, None, None]

# %% wrong: square_kernels
# step: kernels, misconception: raised
def grouped_conv(x, weight, bias, groups):
    parts = []
    for channels, kernels in zip(x.chunk(groups, dim=1), weight.chunk(groups)):
        layer = nn.Conv2d(kernels.shape[1], kernels.shape[0], kernels.shape[2], bias=False)
        layer.load_state_dict({"weight": kernels})
        parts.append(layer(channels).detach())
    y = torch.cat(parts, dim=1)
    return y if bias is None else y + bias[:, None, None]

# %% wrong: two_groups_only
# step: more-groups, misconception: raised
def grouped_conv(x, weight, bias, groups):
    half, half_kernels = x.shape[1] // 2, weight.shape[0] // 2
    if groups == 1:
        return F.conv2d(x, weight, bias)
    y = torch.cat([F.conv2d(x[:, :half], weight[:half_kernels]), F.conv2d(x[:, half:], weight[half_kernels:])], dim=1)
    return y if bias is None else y + bias[:, None, None]

# %% wrong: ungrouped
# step: two-groups, misconception: kernels-not-split
def grouped_conv(x, weight, bias, groups):
    return F.conv2d(x, weight, bias)

# %% wrong: summed_with_whole_bias
# step: two-groups, misconception: groups-summed
def grouped_conv(x, weight, bias, groups):
    out = 0
    cin, cout = x.shape[1] // groups, weight.shape[0] // groups
    for g in range(groups):
        out = out + F.conv2d(x[:, g * cin:(g + 1) * cin], weight[g * cout:(g + 1) * cout])
    if bias is not None:
        out = out + bias.view(1, -1, 1, 1)
    return out

# %% wrong: stacked_groups
# step: by-hand, misconception: shape
def grouped_conv(x, weight, bias, groups):
    outs = [F.conv2d(a, w) for a, w in zip(x.chunk(groups, 1), weight.chunk(groups))]
    out = torch.stack(outs, dim=1)
    return out if bias is None else out + bias[:, None, None]

# %% wrong: weight_cut_on_axis_1
# step: two-groups, misconception: kernels-not-split
def grouped_conv(x, weight, bias, groups):
    outs = [F.conv2d(a, w) for a, w in zip(x.chunk(groups, 1), weight.chunk(groups, 1))]
    out = torch.cat(outs, dim=1)
    return out if bias is None else out + bias[:, None, None]
