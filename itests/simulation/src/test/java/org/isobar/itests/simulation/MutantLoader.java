package org.isobar.itests.simulation;

import java.io.IOException;
import java.io.InputStream;
import javassist.CannotCompileException;
import javassist.ClassPool;
import javassist.CtClass;
import javassist.LoaderClassPath;
import javassist.NotFoundException;

/** Loads the product and the simulation anew, with one class changed; libraries are those of the parent. */
final class MutantLoader extends ClassLoader {
    private static final String OURS = "org.isobar.";

    private final Mutant mutant;

    MutantLoader(final Mutant mutant) {
        super(MutantLoader.class.getClassLoader());
        this.mutant = mutant;
    }

    @Override
    protected Class<?> loadClass(final String name, final boolean resolve) throws ClassNotFoundException {
        if (!name.startsWith(OURS)) {
            return super.loadClass(name, resolve);
        }
        synchronized (getClassLoadingLock(name)) {
            final Class<?> loaded = findLoadedClass(name);
            return loaded == null ? define(name) : loaded;
        }
    }

    private Class<?> define(final String name) throws ClassNotFoundException {
        try (InputStream file = getParent().getResourceAsStream(name.replace('.', '/') + ".class")) {
            if (file == null) {
                throw new ClassNotFoundException(name);
            }
            final byte[] bytes = name.equals(mutant.className()) ? mutated() : file.readAllBytes();
            return defineClass(name, bytes, 0, bytes.length);
        } catch (final IOException unreadable) {
            throw new ClassNotFoundException(name, unreadable);
        }
    }

    private byte[] mutated() throws IOException {
        final ClassPool pool = new ClassPool();
        pool.appendClassPath(new LoaderClassPath(getParent()));
        pool.appendSystemPath();
        try {
            final CtClass type = pool.get(mutant.className());
            mutant.edit().apply(type);
            return type.toBytecode();
        } catch (final NotFoundException | CannotCompileException outdated) {
            throw new AssertionError("mutant=" + mutant.name() + " no longer fits the product", outdated);
        }
    }
}
