/* Builds, walks and frees complete binary trees of growing depth, node by node with malloc; the
 * depth of the deepest is `size`. */
#include "bench.h"

#include <stdlib.h>

struct node {
    struct node *left;
    struct node *right;
};

static void release(struct node *node) {
    if (node == NULL)
        return;
    release(node->left);
    release(node->right);
    free(node);
}

static struct node *build(uint32_t depth) {
    struct node *node = malloc(sizeof *node);
    if (node == NULL)
        return NULL;
    node->left = depth > 0 ? build(depth - 1) : NULL;
    node->right = depth > 0 ? build(depth - 1) : NULL;
    return node;
}

static uint32_t count(const struct node *node) {
    return node == NULL ? 0 : 1 + count(node->left) + count(node->right);
}

uint32_t bench(uint32_t size) {
    uint32_t checksum = 0;
    struct node *lasting = build(size);
    for (uint32_t depth = 4; depth <= size; depth += 2) {
        uint32_t rounds = 1u << (size - depth);
        for (uint32_t i = 0; i < rounds; i++) {
            struct node *tree = build(depth);
            checksum = bench_mix(checksum, count(tree));
            release(tree);
        }
    }
    checksum = bench_mix(checksum, count(lasting));
    release(lasting);
    return checksum;
}
