/* Ends with status 1 and no output. */
int main(void) {
    return 1;
}
