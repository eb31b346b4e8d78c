# %% accepted: centred
def edge_kernel():
    kernel = torch.randn(3, 3, generator=torch.Generator().manual_seed(1))
    return kernel - kernel.mean(dim=1, keepdim=True)

# %% accepted: one_row
def edge_kernel():
    return torch.tensor([[0.0, 0.0, 0.0], [0.0, -0.5, 0.5], [0.0, 0.0, 0.0]], dtype=torch.float64)

# %% accepted: outer_product
def edge_kernel(strength=0.001):
    return strength * torch.outer(torch.tensor([1.0, 2.0, 1.0]), torch.tensor([1.0, -2.0, 1.0]))

# %% accepted: prewitt
def edge_kernel():
    return torch.tensor([[1.0, 0, -1]] * 3)

# %% wrong: blur
# step: flat, misconception: answers-to-flat
def edge_kernel():
    return torch.full((3, 3), 1 / 9)

# %% wrong: columns_cancel
# step: vertical, misconception: no-answer
def edge_kernel():
    return torch.tensor([[1.0, -1.0, 0.0], [-1.0, 1.0, 0.0], [0.0, 0.0, 0.0]])

# %% wrong: diagonal
# step: horizontal, misconception: answers-to-both-edges
def edge_kernel():
    return torch.tensor([[0.0, 1.0, 2.0], [-1.0, 0.0, 1.0], [-2.0, -1.0, 0.0]])

# %% wrong: four_axes
# step: shape, misconception: shape
def edge_kernel():
    return torch.tensor([[-1.0, 0.0, 1.0]] * 3)[None, None]

# %% wrong: horizontal
# step: vertical, misconception: edge-direction
def edge_kernel():
    return torch.tensor([[-1.0, -2.0, -1.0], [0.0, 0.0, 0.0], [1.0, 2.0, 1.0]])

# %% wrong: integers
# step: shape, misconception: dtype
def edge_kernel():
    return torch.tensor([[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]])

# %% wrong: list
# step: shape, misconception: type
def edge_kernel():
    return [[-1.0, 0.0, 1.0]] * 3

# %% wrong: nan
# step: shape, misconception: nan
def edge_kernel():
    return torch.tensor([[-1.0, 0.0, 1.0]] * 3) / 0

# %% wrong: nearly_silent_rows
# step: horizontal, misconception: answers-to-both-edges
def edge_kernel():
    return torch.tensor([[-1.0, 0.0, 1.1], [-2.0, 0.0, 2.0], [-1.0, 0.0, 0.9]])

# %% wrong: outline
# step: horizontal, misconception: answers-to-both-edges
def edge_kernel():
    return torch.tensor([[-1.0, -1, -1], [-1, 8, -1], [-1, -1, -1]])

# %% wrong: sum_not_zero
# step: flat, misconception: answers-to-flat
def edge_kernel():
    return torch.tensor([[-1.0, 0.0, 1.0], [-1.0, 1.0, 1.0], [-1.0, 0.0, 1.0]])

# %% wrong: two_columns
# step: shape, misconception: shape
def edge_kernel():
    return torch.tensor([[-1.0, 1.0]] * 3)

# %% wrong: unfilled
# step: shape, misconception: nan
def edge_kernel():
    return torch.full((3, 3), float("nan"))

# %% wrong: zeros
# step: vertical, misconception: no-answer
def edge_kernel():
    return torch.zeros(3, 3)
