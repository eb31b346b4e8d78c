# %% accepted: data_loader
def fit(model, images, labels, epochs=5, batch=50, learning_rate=0.1):
    data = torch.utils.data.TensorDataset(images, labels)
    loader = torch.utils.data.DataLoader(data, batch_size=batch, shuffle=True)
    optimizer = torch.optim.SGD(model.parameters(), lr=learning_rate)
    losses = []
    for _ in range(epochs):
        model.train()
        seen = []
        for x, y in loader:
            loss = nn.CrossEntropyLoss(reduction="none")(model(x), y)
            model.zero_grad()
            loss.mean().backward()
            optimizer.step()
            seen += loss.tolist()
        losses.append(sum(seen) / len(seen))
    return losses

# %% accepted: one_order
def fit(model, images, labels, epochs=5, batch=50, learning_rate=0.1):
    optimizer = torch.optim.SGD(model.parameters(), lr=learning_rate)
    model.train()
    losses = []
    for _epoch in range(epochs):
        total = 0.0
        for chosen in torch.randperm(len(images)).split(batch):
            x, y = images[chosen], labels[chosen]
            loss = F.cross_entropy(model(x), y)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            total += loss.item() * len(y)
        losses.append(total / len(images))
    return losses

# %% accepted: not_shuffled
def fit(model, images, labels, epochs=5, batch=50, learning_rate=0.1):
    optimizer = torch.optim.SGD(model.parameters(), lr=learning_rate)
    losses = []
    while len(losses) < epochs:
        total = 0.0
        for x, y in zip(images.split(batch), labels.split(batch)):
            model.train()
            optimizer.zero_grad()
            loss = F.nll_loss(model(x).log_softmax(1), y)
            loss.backward()
            optimizer.step()
            total += loss.item() * len(y) / len(labels)
        losses.append(total)
    return losses

# %% wrong: adds_up, an edit of one_order
# step: steps, misconception: no-zero-grad
#-             optimizer.zero_grad()

# %% wrong: all_three, an edit of one_order
# step: pairs, misconception: labels-apart
#-         for chosen in torch.randperm(len(images)).split(batch):
#-             x, y = images[chosen], labels[chosen]
#-             loss = F.cross_entropy(model(x), y)
#+         images, labels = images[torch.randperm(len(images))], labels[torch.randperm(len(labels))]
#+         for x, y in zip(images.split(batch), labels.split(batch)):
#+             loss = F.cross_entropy(model(x).softmax(1), y)
#+             loss.backward()
# ...
#-             loss.backward()

# %% wrong: cleared_before_step, an edit of one_order
# step: steps, misconception: no-step
#-             optimizer.zero_grad()
#-             loss.backward()
#+             loss.backward()
#+             optimizer.zero_grad()

# %% wrong: first_epoch_only, an edit of one_order
# step: pairs, misconception: first-epoch-only
#          losses.append(total / len(images))
#-     return losses
#+         return losses

# %% wrong: mode_kept, an edit of one_order
# step: steps, misconception: eval-mode-left
#-     model.train()

# %% wrong: adam, an edit of one_order
# step: steps, misconception: trained-otherwise
#-     optimizer = torch.optim.SGD(model.parameters(), lr=learning_rate)
#+     optimizer = torch.optim.Adam(model.parameters(), lr=learning_rate)

# %% wrong: shuffled_apart, an edit of one_order
# step: pairs, misconception: labels-apart
#-             x, y = images[chosen], labels[chosen]
#+             x, y = images[chosen], labels[torch.randperm(len(labels))][: len(chosen)]

# %% wrong: softmax_twice, an edit of one_order
# step: pairs, misconception: softmax-before-loss
#-             loss = F.cross_entropy(model(x), y)
#+             loss = F.cross_entropy(model(x).softmax(1), y)

# %% wrong: step_after_the_epoch, an edit of one_order
# step: learns, misconception: trained-otherwise
#-             optimizer.step()
# ...
#-         losses.append(total / len(images))
#+         optimizer.step()
#+         losses.append(total / len(images))

# %% wrong: sum_returned, an edit of one_order
# step: steps, misconception: loss-list
#-         losses.append(total / len(images))
#+         losses.append(total)

# %% wrong: last_loss, an edit of one_order
# step: pairs, misconception: loss-list
#-     return losses
#+     return losses[-1]

# %% wrong: tensors, an edit of one_order
# step: pairs, misconception: loss-list
#-             total += loss.item() * len(y)
#+             total += loss.detach() * len(y)

# %% wrong: uphill, an edit of one_order
# step: steps, misconception: uphill
#-             loss.backward()
#+             (-loss).backward()

# %% wrong: mean_of_batch_means
# step: learns, misconception: loss-list
def fit(model, images, labels, epochs=5, batch=50, learning_rate=0.1):
    optimizer = torch.optim.SGD(model.parameters(), lr=learning_rate)
    model.train()
    losses = []
    for _ in range(epochs):
        total, count = 0.0, 0
        order = torch.randperm(len(images))
        for k in range(0, len(images), batch):
            x, y = images[order[k:k + batch]], labels[order[k:k + batch]]
            optimizer.zero_grad()
            loss = F.cross_entropy(model(x), y)
            loss.backward()
            optimizer.step()
            total += loss.item()
            count += 1
        losses.append(total / count)
    return losses
