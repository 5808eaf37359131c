package org.isobar.rest;

import jakarta.servlet.Servlet;
import jakarta.servlet.ServletConfig;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.ws.rs.ext.RuntimeDelegate;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArraySet;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.glassfish.jersey.server.internal.RuntimeDelegateImpl;
import org.glassfish.jersey.servlet.ServletContainer;
import org.isobar.common.time.Clock;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;

/**
 * Serves all {@link RestResource}s under {@value #BASE_PATH} through one Jersey container. When resources come or go, the
 * next request rebuilds the container first; a burst of changes costs one rebuild.
 */
@Component(service = Servlet.class, property = "osgi.http.whiteboard.servlet.pattern=" + ApiServlet.BASE_PATH + "/*")
public final class ApiServlet implements Servlet {
    static final String BASE_PATH = "/api/v1";

    private final AdminAccount account;
    private final LoginThrottle throttle;
    private final Set<RestResource> resources = new CopyOnWriteArraySet<>();
    /** Guards {@link #container}: requests hold it for reading, a rebuild (which kills running requests) for writing. */
    private final ReadWriteLock gate = new ReentrantReadWriteLock();

    private volatile boolean stale;
    private ServletConfig servletConfig;
    private ServletContainer container;

    @Activate
    public ApiServlet(@Reference final AdminAccount account, @Reference final Clock clock) {
        this.account = account;
        throttle = new LoginThrottle(clock);
        // Jersey finds its delegate through the class loader of the API bundle, which cannot see it.
        RuntimeDelegate.setInstance(new RuntimeDelegateImpl());
    }

    @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
    public void bindResource(final RestResource resource) {
        resources.add(resource);
        stale = true;
    }

    public void unbindResource(final RestResource resource) {
        resources.remove(resource);
        stale = true;
    }

    @Override
    public void init(final ServletConfig config) throws ServletException {
        servletConfig = config;
        stale = true;
    }

    @Override
    public void service(final ServletRequest request, final ServletResponse response)
            throws ServletException, IOException {
        if (stale) {
            rebuild();
        }
        request.setAttribute(LoginFilter.REMOTE_ADDRESS, request.getRemoteAddr());
        gate.readLock().lock();
        try {
            container.service(request, response);
        } finally {
            gate.readLock().unlock();
        }
    }

    @Override
    public void destroy() {
        gate.writeLock().lock();
        try {
            if (container != null) {
                container.destroy();
                container = null;
            }
        } finally {
            gate.writeLock().unlock();
        }
    }

    @Override
    public ServletConfig getServletConfig() {
        return servletConfig;
    }

    @Override
    public String getServletInfo() {
        return "Isobar REST API";
    }

    private void rebuild() throws ServletException {
        gate.writeLock().lock();
        try {
            if (!stale) {
                return;
            }
            // Before the resources are read: one that comes from now on asks for the next rebuild.
            stale = false;
            start(new ApiApplication(List.copyOf(resources), account, throttle));
        } catch (final ServletException | RuntimeException failed) {
            stale = true;
            throw failed;
        } finally {
            gate.writeLock().unlock();
        }
    }

    private void start(final ApiApplication application) throws ServletException {
        if (container == null) {
            final ServletContainer fresh = new ServletContainer(application);
            fresh.init(servletConfig);
            container = fresh;
        } else {
            container.reload(application);
        }
    }
}
