# %% accepted: copies
def merge_kernels(first, second):
    tall, wide = first.shape
    merged = torch.zeros(tall + second.shape[0] - 1, wide + second.shape[1] - 1)
    for u in range(second.shape[0]):
        for v in range(second.shape[1]):
            merged[u : u + tall, v : v + wide] += second[u, v] * first
    return merged

# %% accepted: dot
def merge_kernels(first, second):
    tall, wide = first.shape[0] + second.shape[0] - 1, first.shape[1] + second.shape[1] - 1
    dot = torch.zeros(1, 1, 2 * tall - 1, 2 * wide - 1)
    dot[0, 0, tall - 1, wide - 1] = 1
    left = F.conv2d(F.conv2d(dot, first[None, None]), second[None, None])
    return left[0, 0].flip(0, 1)

# %% accepted: flipped_and_padded
def merge_kernels(first, second):
    tall, wide = second.shape
    padded = F.pad(first, (wide - 1, wide - 1, tall - 1, tall - 1))
    return F.conv2d(padded[None, None], second.flip(0, 1)[None, None])[0, 0]

# %% accepted: four_loops
def merge_kernels(first, second):
    (a, b), (c, d) = first.shape, second.shape
    rows = [[0.0] * (b + d - 1) for _ in range(a + c - 1)]
    for i in range(a):
        for j in range(b):
            for u in range(c):
                for v in range(d):
                    rows[i + u][j + v] += float(first[i, j]) * float(second[u, v])
    return torch.tensor(rows)

# %% accepted: transposed
def merge_kernels(first, second):
    return F.conv_transpose2d(first[None, None], second[None, None]).squeeze(0).squeeze(0)

# %% wrong: added
# step: squares, misconception: sum-of-kernels
def merge_kernels(first, second):
    return first + second

# %% wrong: axes_kept
# step: squares, misconception: axes-kept
def merge_kernels(first, second):
    return F.conv_transpose2d(first[None, None], second[None, None])

# %% wrong: block_product
# step: squares, misconception: block-product
def merge_kernels(first, second):
    return torch.kron(second, first)

# %% wrong: dot_not_turned_back, an edit of dot
# step: squares, misconception: kernel-flipped
#-     return left[0, 0].flip(0, 1)
#+     return left[0, 0]

# %% wrong: fixed_sizes, an edit of copies
# step: rectangles, misconception: square-only
#-     merged = torch.zeros(tall + second.shape[0] - 1, wide + second.shape[1] - 1)
#-     for u in range(second.shape[0]):
#-         for v in range(second.shape[1]):
#-             merged[u : u + tall, v : v + wide] += second[u, v] * first
#+     merged = torch.zeros(5, 5)
#+     for u in range(3):
#+         for v in range(3):
#+             merged[u : u + 3, v : v + 3] += second[u, v] * first

# %% wrong: inside_only
# step: squares, misconception: inside-only
def merge_kernels(first, second):
    return F.conv2d(first[None, None], second[None, None])[0, 0]

# %% wrong: matrix_product
# step: squares, misconception: matrix-product
def merge_kernels(first, second):
    return first @ second

# %% wrong: multiplied
# step: squares, misconception: product-of-kernels
def merge_kernels(first, second):
    return first * second

# %% wrong: not_flipped, an edit of flipped_and_padded
# step: squares, misconception: kernel-flipped
#-     return F.conv2d(padded[None, None], second.flip(0, 1)[None, None])[0, 0]
#+     return F.conv2d(padded[None, None], second[None, None])[0, 0]

# %% wrong: overwritten, an edit of copies
# step: squares, misconception: overwritten
#-             merged[u : u + tall, v : v + wide] += second[u, v] * first
#+             merged[u : u + tall, v : v + wide] = second[u, v] * first

# %% wrong: no_return, an edit of copies
# step: squares, misconception: missing-return
#-     return merged

# %% wrong: same_size
# step: squares, misconception: same-size
def merge_kernels(first, second):
    return F.conv2d(first[None, None], second[None, None], padding="same")[0, 0]

# %% wrong: sizes_added, an edit of copies
# step: squares, misconception: sizes-added
#-     merged = torch.zeros(tall + second.shape[0] - 1, wide + second.shape[1] - 1)
#+     merged = torch.zeros(tall + second.shape[0], wide + second.shape[1])

# %% wrong: squares_only, an edit of copies
# step: rectangles, misconception: shape
#-     merged = torch.zeros(tall + second.shape[0] - 1, wide + second.shape[1] - 1)
#+     merged = torch.zeros(tall + second.shape[0] - 1, tall + second.shape[0] - 1)

# %% wrong: three_by_three, an edit of copies
# step: rectangles, misconception: shape
#-     merged = torch.zeros(tall + second.shape[0] - 1, wide + second.shape[1] - 1)
#-     for u in range(second.shape[0]):
#-         for v in range(second.shape[1]):
#+     merged = torch.zeros(tall + 2, wide + 2)
#+     for u in range(min(3, second.shape[0])):
#+         for v in range(min(3, second.shape[1])):

# %% wrong: transposed_loop, an edit of four_loops
# step: squares, misconception: kernel-transposed
#-                     rows[i + u][j + v] += float(first[i, j]) * float(second[u, v])
#+                     rows[j + v][i + u] += float(first[i, j]) * float(second[u, v])

# %% wrong: added_in_a_corner
# step: squares, misconception: sum-of-kernels
def merge_kernels(first, second):
    h = first.shape[0] + second.shape[0] - 1
    w = first.shape[1] + second.shape[1] - 1
    out = torch.zeros(h, w)
    out[:first.shape[0], :first.shape[1]] += first
    out[:second.shape[0], :second.shape[1]] += second
    return out

# %% wrong: inside_flipped
# step: squares, misconception: inside-only
def merge_kernels(first, second):
    return F.conv2d(first[None, None], second.flip(0, 1)[None, None])[0, 0]
